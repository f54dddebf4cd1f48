import ArgumentParser
import Datasets
import Studies

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

    func run() throws {
        let device = try machine.prepare()
        let source = try data.source()
        guard source.manifest != nil || part == nil else {
            throw ValidationError("--part is of a manifest: give one with --manifest FILE")
        }
        if source.manifest?.split == nil {
            try GivenOptions.all.refuse(
                ["--groups", "--protocol"],
                "these are of a manifest's split; all pictures are measured")
        }
        try data.refuseGroups(source)
        let network = try NetworkFiles.network(model)
        try NetworkFiles.check(source.classes, fits: network, file: model)
        let store = try data.store(
            source, NetworkFiles.preprocessing(network, file: model),
            prints: source.manifest?.split != nil)
        let found = try Evaluation(
            network, file: model, source, store,
            .init(
                part: part, groups: split.groups, protocolName: split.protocol,
                threads: MachineOptions.checked(threads: machine.threads)), device: device)
        if json { return try NetworkFiles.printJSON(found) }
        let words = found.part.map { "\($0.rawValue) pictures" } ?? "pictures"
        MetricsText.show(found.metrics, classes: found.classes, on: words)
        for warning in found.warnings { Output.line(warning) }
    }
}

extension SplitPart: ExpressibleByArgument {}
