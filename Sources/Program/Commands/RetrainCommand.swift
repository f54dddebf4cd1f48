import ArgumentParser
import Core
import Datasets
import Foundation
import Models
import Pruning
import Studies
import Training

/// `winnow retrain`: trains what pruning left, from the weights that it started with or as it is.
struct RetrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrain", abstract: "Trains a pruned network again; what is pruned stays so.",
        discussion: """
            The pictures are divided as they were for the network itself, under the same protocol,
            so that none of its training pictures becomes a test picture; they are varied as they
            were. A run that was cut off goes on when called again.
            """)

    @Argument(help: "A pruned network written by Winnow.")
    var model: String
    @OptionGroup var data: DataOptions
    @Option(help: "Where the network's groups came from a table: column:FILE.csv:COLUMN again.")
    var groups: String?
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
            throw ValidationError(
                NearestName.refusal(of: rewind, "rewind", among: ["pretrained", "none"]))
        }
        let target = try NetworkFiles.output(output)
        var options = try training.options()
        let device = try training.machine.prepare()
        var start = try NetworkFiles.network(model)
        var identity = try WeightsFile.sha256(NetworkFiles.url(model))
        if rewind == "pretrained" {
            let (file, hash) = try initialFile(start)
            start.state = try ticket(start, file)
            identity += hash
        }
        if let before = try NetworkFiles.value(
            TrainingOptions.self, "training", of: start, file: model)
        {
            options.augmentation = before.augmentation
        }
        let (pictures, plan) = try pictures(start)
        let run = TrainingRun(
            data: pictures, plan: plan, options: options, device: device, output: target
        ).inSight
        try run.prepare()
        var (network, outcome) = try run.train(start, identity: identity)
        network.metadata["training"] = try NetworkFiles.text(options)
        try network.write(to: target)
        run.finish()
        if json {
            try NetworkFiles.printJSON(outcome)
        } else {
            outcome.show()
        }
    }

    /// The file of the starting state and its hash, which must be the one that the network names.
    private func initialFile(_ network: Model) throws -> (URL, String) {
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
        let hash = try WeightsFile.sha256(file)
        if let named, named.sha256 != hash {
            throw NetworkError(
                "\(file.path): not the starting state of \(model): its SHA-256 is \(hash), expected "
                    + "\(named.sha256). Give the right file with --initial FILE.")
        }
        return (file, hash)
    }

    /// The surviving weights of the starting state, checked bit by bit.
    private func ticket(_ network: Model, _ file: URL) throws -> StateDictionary {
        let origin = try Model.read(file)
        guard origin.graph == network.graph, origin.classes == network.classes else {
            throw NetworkError(
                "\(file.path): \(origin.words), but \(model) is \(network.words)"
                    + (origin.graph.name == network.graph.name ? " of other widths" : ""))
        }
        let masks = try network.pruningMasks() ?? Masks([])
        if masks.layers.isEmpty { Console.note("  note     nothing is pruned in \(model)") }
        let ticket = try Rewind.apply(masks, to: origin.state)
        try Rewind.verify(ticket, masks: masks, checkpoint: origin.state)
        return ticket
    }

    /// The pictures, and the plan that divided them for the network itself.
    private func pictures(_ network: Model) throws -> (PictureData, SplitPlan) {
        let source = try data.source()
        let plan = try NetworkFiles.value(SplitPlan.self, "split", of: network, file: model)
        if let plan { try check(source, plan) }
        try NetworkFiles.check(source.classes, fits: network, file: model)
        let store = try data.store(
            source, NetworkFiles.preprocessing(network, file: model), prints: true)
        let pictures = try PictureData(
            source, store, groups: rule(plan),
            threads: MachineOptions.checked(threads: training.machine.threads))
        if let plan, plan.groups != pictures.groupRule, plan.groups != "auto" {
            throw NetworkError(
                "\(model) was trained with pictures kept together by \(plan.groups), not by "
                    + "\(pictures.groupRule)")
        }
        if let old = network.metadata["data"], old != store.fingerprint {
            Console.note(
                "  note     these are not the pictures that \(model) was trained on: some of its "
                    + "training pictures may now be test pictures")
        }
        let leakFree = Datasets.DataProtocol.leakFree.name
        return (
            pictures,
            try plan ?? pictures.plan(protocolName: leakFree, seed: training.seed)
        )
    }

    /// Refuses another manifest than the network's own, or none where it has one.
    private func check(_ source: PictureSource, _ plan: SplitPlan) throws {
        let given = try source.manifest?.fingerprint()
        guard given != plan.manifest else { return }
        let own = plan.manifest.map { "by a manifest (SHA-256 \($0))" } ?? "without a manifest"
        let found = given.map { "the one given has SHA-256 \($0)" } ?? "none was given"
        throw NetworkError(
            "\(model) was trained on pictures that were divided \(own), but \(found). Divide them as "
                + "before, so that no training picture becomes a test picture: "
                + (plan.manifest == nil ? "--data DIR alone." : "--manifest with that file."))
    }

    /// What keeps the pictures together, as it was for the network.
    private func rule(_ plan: SplitPlan?) throws -> String {
        if let groups { return groups }
        guard let plan else { return "auto" }
        guard !plan.groups.hasPrefix("column ") else {
            throw ValidationError(
                "\(model): its groups came from a table, \(plan.groups). Give that table again: "
                    + "--groups column:FILE.csv:COLUMN")
        }
        return plan.groups
    }
}
