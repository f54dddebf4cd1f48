import Datasets
import Models
import Torch
import Training

/// What a network's file is measured to be worth on all pictures of a source, or on a part of its manifest's split.
package struct Evaluation: Encodable {
    package let classes: [String]
    package let metrics: Metrics
    /// Whether the network was trained on some of these pictures.
    package let isTrainingData: Bool
    /// Of the manifest; nil for all pictures of a folder.
    package let part: SplitPart?
    /// What must be said with these numbers.
    package let warnings: [String]

    /// How the pictures of a source are divided.
    package struct Division {
        /// Of a manifest's split; the test part where nil.
        package var part: SplitPart?
        /// What keeps pictures together where no manifest says so.
        package var groups: String
        /// Whether a division may leak.
        package var protocolName: String
        package var threads: Int

        package init(part: SplitPart?, groups: String, protocolName: String, threads: Int) {
            (self.part, self.groups) = (part, groups)
            (self.protocolName, self.threads) = (protocolName, threads)
        }
    }

    /// The pictures that are measured, and what their division asks to be said.
    private struct Choice {
        let pictures: Subset
        var part: SplitPart?
        /// Whether the network was trained by the same division.
        var isOwn = false
        var warnings: [String] = []
    }

    /// Measures a network.
    ///
    /// - Parameters:
    ///   - file: the network's, for messages.
    ///   - store: the pictures of `source`, prepared as the network's.
    /// - Throws: `DatasetError` for a part that the source does not have, or a split that leaks.
    package init(
        _ network: Model, file: String, _ source: PictureSource, _ store: PictureStore,
        _ division: Division, device: Device
    ) throws {
        let plan = try network.recorded(SplitPlan.self, "split", file: file)
        let choice = try Self.choice(source, store, division, plan)
        var placed = network
        for (name, tensor) in network.state.entries {
            placed.state[name] = try tensor.to(device: device)
        }
        metrics = try Evaluator(store.preprocessing, device: device).measure(
            Executor(frozen: placed), choice.pictures)
        classes = network.classes
        part = choice.part
        isTrainingData =
            choice.isOwn
            ? choice.part == .train : network.metadata["data"] == store.fingerprint
        let warning =
            "WARNING: the network was trained on some of these pictures: this measures no "
            + "generalisation."
        warnings = choice.warnings + (isTrainingData ? [warning] : [])
    }

    /// All pictures, or a part of the manifest's split, whose leaks are refused or told.
    private static func choice(
        _ source: PictureSource, _ store: PictureStore, _ division: Division, _ plan: SplitPlan?
    ) throws -> Choice {
        guard source.manifest?.split != nil else {
            if let part = division.part {
                throw DatasetError("`part` \(part.rawValue): the manifest has no split")
            }
            return Choice(pictures: Subset(store, pictures: Array(0..<store.count)))
        }
        let data = try PictureData(
            source, store, groups: division.groups, threads: division.threads)
        let own = plan?.manifest == data.given?.manifest
        let wanted = try data.plan(
            protocolName: division.protocolName, seed: own ? plan?.seed ?? 0 : 0)
        let part = division.part ?? .test
        let subset = try data.subset(part, wanted)
        guard subset.count > 0 else {
            throw DatasetError(
                "\(source.manifestFile ?? ""): its split has no \(part.rawValue) part")
        }
        var choice = Choice(pictures: subset, part: part, isOwn: own)
        if let leaks = data.given?.leaks, !leaks.isEmpty {
            choice.warnings.append(
                "WARNING: the manifest's split leaks: \(leaks.joined(separator: "; ")).")
        }
        if own, part == .test, let plan, try DataProtocol.named(plan.protocolName).leaks {
            choice.warnings.append(
                "WARNING: the network was trained under protocol \(plan.protocolName): these test "
                    + "pictures chose its epoch.")
        }
        return choice
    }
}
