import ArgumentParser
import Datasets
import Foundation
import Networks
import Pruning
import Studies

/// `winnow retrain`: trains what pruning left, from the weights that it started with or as it is.
struct RetrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrain", abstract: "Trains a pruned network again; what is pruned stays so.",
        discussion: """
            The pictures are divided as they were for the network itself, so that none of its
            training pictures becomes a test picture. A run that was cut off goes on when called
            again.
            """)

    @Argument(help: "A pruned network written by Winnow.")
    var model: String
    @OptionGroup var data: ModelDataOptions
    @Option(
        help: "pretrained: surviving weights back to the starting state; none: on from here.")
    var rewind = "pretrained"
    @Option(help: "The starting state (default: the file that the network names, beside it).")
    var initial: String?
    @OptionGroup var training: TrainingRunOptions
    @Option(name: .shortAndLong, help: "The retrained network: a .safetensors file.")
    var output: String
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    func run() throws {
        guard ["pretrained", "none"].contains(rewind) else {
            throw ValidationError("no rewind '\(rewind)'. Rewinds: pretrained, none")
        }
        let target = try NetworkFiles.output(output)
        let options = try training.options()
        let device = try training.machine.prepare()
        var start = try Checkpoint.read(NetworkFiles.url(model))
        var identity = try NetworkFiles.sha256(NetworkFiles.url(model))
        if rewind == "pretrained" {
            let (file, hash) = try initialFile(start)
            start.state = try ticket(start, file)
            identity += hash
        }
        let run = TrainingRun(
            data: try pictures(start), plan: try plan(start), options: options, device: device,
            output: target)
        try run.prepare()
        var (network, outcome) = try run.train(start, identity: identity)
        network.metadata["training"] = try NetworkFiles.text(options)
        try network.write(to: target)
        run.finish()
        if json {
            try NetworkFiles.printJSON(outcome)
        } else {
            MetricsText.show(outcome.test, classes: outcome.classes, on: "test pictures")
        }
    }

    /// The file of the starting state and its hash, which must be the one that the network names.
    private func initialFile(_ network: Checkpoint) throws -> (URL, String) {
        let named = try NetworkFiles.value(
            InitialReference.self, "initial", of: network, file: model)
        let folder = NetworkFiles.url(model).deletingLastPathComponent()
        let beside = named.map {
            folder.appendingPathComponent(URL(fileURLWithPath: $0.file).lastPathComponent)
        }
        guard let file = initial.map(NetworkFiles.url) ?? beside else {
            throw NetworkError(
                "\(model) names no starting state to rewind to. Give it with --initial FILE, or "
                    + "train on from here with --rewind none.")
        }
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw NetworkError(
                "\(file.path): the starting state of \(model) is not there. Say where it is with "
                    + "--initial FILE, or train on from here with --rewind none.")
        }
        let hash = try NetworkFiles.sha256(file)
        if let named, named.sha256 != hash {
            throw NetworkError(
                "\(file.path): not the starting state of \(model): its SHA-256 is \(hash), expected "
                    + "\(named.sha256). Give the right file with --initial FILE.")
        }
        return (file, hash)
    }

    /// The surviving weights of the starting state, checked bit by bit.
    private func ticket(_ network: Checkpoint, _ file: URL) throws -> StateDictionary {
        let origin = try Checkpoint.read(file)
        guard origin.architecture == network.architecture, origin.classes == network.classes else {
            throw NetworkError(
                "\(file.path): a \(origin.architecture.rawValue) for \(origin.classes), but \(model) "
                    + "is a \(network.architecture.rawValue) for \(network.classes)")
        }
        let masks = try network.pruningMasks() ?? Masks([])
        if masks.layers.isEmpty { Console.note("  note     nothing is pruned in \(model)") }
        let ticket = try Rewind.apply(masks, to: origin.state, initialClassifier: nil)
        try Rewind.verify(ticket, masks: masks, checkpoint: origin.state, initialClassifier: nil)
        return ticket
    }

    private func plan(_ network: Checkpoint) throws -> SplitPlan {
        try NetworkFiles.value(SplitPlan.self, "split", of: network, file: model)
            ?? SplitPlan(groups: "auto", seed: training.seed)
    }

    private func pictures(_ network: Checkpoint) throws -> PictureData {
        let pictures = try PictureData(
            data.store(for: network, file: model, prints: true), groups: plan(network).groups,
            threads: training.machine.threads ?? ProcessInfo.processInfo.activeProcessorCount)
        if let old = network.metadata["data"], old != pictures.store.fingerprint {
            Console.note(
                "  note     these are not the pictures that \(model) was trained on: some of its "
                    + "training pictures may now be test pictures")
        }
        return pictures
    }
}
