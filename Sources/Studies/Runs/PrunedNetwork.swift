import Datasets
import Foundation
import Models
import Pruning
import Training

/// A pruned network that is trained again: what its file says of how it was made, held to.
package struct PrunedNetwork {
    package private(set) var model: Model
    /// Of its file, and of the starting state's where it went back to that.
    package private(set) var identity: String
    /// Files that were read for it, which no output may take the place of.
    package private(set) var files: [String]
    /// How its pictures were divided; nil where it does not say.
    private let plan: SplitPlan?
    private let file: String
    private let note: (String) -> Void

    /// - Parameters:
    ///   - size: height and width of the pictures, where an ONNX file leaves them open.
    ///   - note: told what must be said before numbers.
    package init(
        _ file: String, size: Int? = nil, note: @escaping (String) -> Void
    ) throws {
        let url = URL(fileURLWithPath: file)
        (self.file, self.note, files) = (file, note, [file])
        model = try Model.open(url, size: size)
        identity = try WeightsFile.sha256(url)
        plan = try model.recorded(SplitPlan.self, "split", file: file)
    }

    /// How its training pictures were varied; nil where it was not trained by Winnow.
    package func trainedBy() throws -> TrainingOptions? {
        try model.recorded(TrainingOptions.self, "training", file: file)
    }

    /// Puts the surviving weights back to those of the starting state, checked bit by bit.
    ///
    /// - Parameter initial: the file; the one that the network names, beside it, where nil.
    /// - Throws: `NetworkError` where the file is missing, or is not the one that the network names.
    package mutating func rewind(to initial: String?) throws {
        let (start, hash) = try initialFile(initial)
        let origin = try Model.read(start)
        files.append(start.path)
        guard origin.graph == model.graph, origin.classes == model.classes else {
            throw NetworkError(
                "\(start.path): \(origin.words), but \(file) is \(model.words)"
                    + (origin.graph.name == model.graph.name ? " of other widths" : ""))
        }
        let masks = try model.pruningMasks() ?? Masks([])
        if masks.layers.isEmpty { note("nothing is pruned in \(file)") }
        let ticket = try Rewind.apply(masks, to: origin.state)
        try Rewind.verify(ticket, masks: masks, checkpoint: origin.state)
        model.state = ticket
        identity += hash
    }

    /// The file of the starting state and its hash, which must be the one that the network names.
    private func initialFile(_ initial: String?) throws -> (URL, String) {
        let named = try model.recorded(InitialReference.self, "initial", file: file)
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
        let beside = named.map {
            folder.appendingPathComponent(URL(fileURLWithPath: $0.file).lastPathComponent)
        }
        guard let start = initial.map({ URL(fileURLWithPath: $0) }) ?? beside else {
            throw NetworkError(
                "\(file) names no starting state to rewind to. Give it with `initial` FILE, or "
                    + "train on from here with `rewind` none.")
        }
        guard FileManager.default.fileExists(atPath: start.path) else {
            throw NetworkError(
                "\(start.path): the starting state of \(file) is not there. Say where it is with "
                    + "`initial` FILE, or train on from here with `rewind` none.")
        }
        let hash = try WeightsFile.sha256(start)
        if let named, named.sha256 != hash {
            throw NetworkError(
                "\(start.path): not the starting state of \(file): its SHA-256 is \(hash), expected "
                    + "\(named.sha256). Give the right file with `initial` FILE.")
        }
        return (start, hash)
    }

    /// Its pictures, divided as they were for it: so none of its training pictures becomes a test picture.
    ///
    /// - Parameters:
    ///   - groups: what keeps them together, where that came from a table.
    ///   - seed: of the division, where the network names none.
    ///   - anyClasses: whether pictures of other classes will do, since nobody asks for their labels.
    ///   - read: every picture of the source, prepared as the network's.
    /// - Throws: `NetworkError` for pictures of other classes, another manifest or other groups.
    package func pictures(
        _ source: PictureSource, groups: String?, threads: Int, seed: UInt64,
        anyClasses: Bool = false, read: (Preprocessing) throws -> PictureStore
    ) throws -> (data: PictureData, plan: SplitPlan) {
        if let plan { try check(source, plan) }
        if !anyClasses { try model.check(source.classes, file: file) }
        let store = try read(model.preprocessing(file: file, note: note))
        let data = try PictureData(
            source, store, groups: groups ?? rule(), threads: threads)
        if let plan, plan.groups != data.groupRule, plan.groups != "auto" {
            throw NetworkError(
                "\(file) was trained with pictures kept together by \(plan.groups), not by "
                    + "\(data.groupRule)")
        }
        if let old = model.metadata["data"], old != store.fingerprint {
            note(
                "these are not the pictures that \(file) was trained on: some of its "
                    + "training pictures may now be test pictures")
        }
        let leakFree = DataProtocol.leakFree.name
        return (data, try plan ?? data.plan(protocolName: leakFree, seed: seed))
    }

    /// What keeps the pictures together, as it was for the network.
    private func rule() throws -> String {
        let rule = plan?.groups ?? "auto"
        guard !rule.hasPrefix("column ") else {
            throw NetworkError(
                "\(file): its groups came from a table, \(rule). Give that table again: "
                    + "`groups` column:FILE.csv:COLUMN")
        }
        return rule
    }

    /// Refuses another manifest than the network's own, or none where it has one.
    private func check(_ source: PictureSource, _ plan: SplitPlan) throws {
        let given = try source.manifest?.fingerprint()
        guard given != plan.manifest else { return }
        let own = plan.manifest.map { "by a manifest (SHA-256 \($0))" } ?? "without a manifest"
        let found = given.map { "the one given has SHA-256 \($0)" } ?? "none was given"
        throw NetworkError(
            "\(file) was trained on pictures that were divided \(own), but \(found). Divide them as "
                + "before, so that no training picture becomes a test picture: "
                + (plan.manifest == nil
                    ? "`data` DIR alone." : "`manifest` with that file."))
    }
}
