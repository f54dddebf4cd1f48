import ArgumentParser
import Datasets
import Models
import Studies
import Training

/// `winnow evaluate`: a network on all pictures of a folder, or on a part of a manifest.
struct EvaluateCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures a network on every picture of class folders, or on a manifest's part.")

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @OptionGroup var data: DataOptions
    @Option(help: "Of a manifest: train, validation or test (default: test).")
    var part: SplitPart?
    @OptionGroup var split: SplitOptions
    @OptionGroup var machine: MachineOptions
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    /// What was measured, for programs.
    private struct Report: Encodable {
        let classes: [String]
        let metrics: Metrics
        /// Whether the network was trained on some of these pictures.
        let isTrainingData: Bool
        /// Of the manifest; nil for all pictures of a folder.
        let part: SplitPart?
        /// What must be said with these numbers.
        let warnings: [String]
    }

    /// The pictures that are measured, and what their division asks to be said.
    private struct Choice {
        let pictures: Subset
        var part: SplitPart?
        /// Whether the network was trained by the same division.
        var isOwn = false
        var warnings: [String] = []
    }

    func run() throws {
        let device = try machine.prepare()
        let source = try data.source()
        guard source.manifest != nil || part == nil else {
            throw ValidationError("--part is of a manifest: give one with --manifest FILE")
        }
        var network = try NetworkFiles.network(model)
        try NetworkFiles.check(source.classes, fits: network, file: model)
        let store = try data.store(
            source, NetworkFiles.preprocessing(network, file: model),
            prints: source.manifest?.split != nil)
        let choice = try choose(source, store, network)
        for (name, tensor) in network.state.entries {
            network.state[name] = try tensor.to(device: device)
        }
        let metrics = try Evaluator(store.preprocessing, device: device).measure(
            Executor(network), choice.pictures)
        let isTrainingData =
            choice.isOwn
            ? choice.part == .train : network.metadata["data"] == store.fingerprint
        let warning =
            "WARNING: the network was trained on some of these pictures: this measures no "
            + "generalisation."
        try show(
            Report(
                classes: network.classes, metrics: metrics, isTrainingData: isTrainingData,
                part: choice.part, warnings: choice.warnings + (isTrainingData ? [warning] : [])))
    }

    /// All pictures, or a part of the manifest's split, whose leaks are refused or told.
    private func choose(
        _ source: PictureSource, _ store: PictureStore, _ network: Model
    ) throws -> Choice {
        let plan = try NetworkFiles.value(SplitPlan.self, "split", of: network, file: model)
        guard source.manifest?.split != nil else {
            if let part {
                throw ValidationError("--part \(part.rawValue): the manifest has no split")
            }
            return Choice(pictures: Subset(store, pictures: Array(0..<store.count)))
        }
        let pictures = try PictureData(
            source, store, groups: split.groups,
            threads: MachineOptions.checked(threads: machine.threads))
        let own = plan?.manifest == pictures.given?.manifest
        let wanted = try pictures.plan(
            protocolName: split.protocol, seed: own ? plan?.seed ?? 0 : 0)
        let part = part ?? .test
        let subset = try pictures.subset(part, wanted)
        guard subset.count > 0 else {
            throw DatasetError("\(data.manifest ?? ""): its split has no \(part.rawValue) part")
        }
        var choice = Choice(pictures: subset, part: part, isOwn: own)
        if let leaks = pictures.given?.leaks, !leaks.isEmpty {
            choice.warnings.append(
                "WARNING: the manifest's split leaks: \(leaks.joined(separator: "; ")).")
        }
        if own, part == .test, let plan, try Datasets.DataProtocol.named(plan.protocolName).leaks {
            choice.warnings.append(
                "WARNING: the network was trained under protocol \(plan.protocolName): these test "
                    + "pictures chose its epoch.")
        }
        return choice
    }

    private func show(_ report: Report) throws {
        if json {
            try NetworkFiles.printJSON(report)
            return
        }
        let words = report.part.map { "\($0.rawValue) pictures" } ?? "pictures"
        MetricsText.show(report.metrics, classes: report.classes, on: words)
        for warning in report.warnings { print(warning) }
    }
}

extension SplitPart: ExpressibleByArgument {}
