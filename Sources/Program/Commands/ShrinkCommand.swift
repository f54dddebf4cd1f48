import ArgumentParser
import Core
import Datasets
import Foundation
import Models
import Pruning
import Studies
import Training

/// `winnow shrink`: from a network to a smaller one, with what that costs.
struct ShrinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shrink",
        abstract:
            "Makes a network smaller to a budget, mends it, and says what was lost and gained.",
        discussion: """
            Whole channels go from every layer that shares them until the budget is kept; the layers
            after are mended from the training pictures, without their labels; --epochs trains what is
            left. A latency is met by measuring on this machine. Pictures of other classes than the
            network's will do where nothing is trained: then answers are compared with the whole
            network's.
            """)

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @OptionGroup var data: DataOptions
    @Option(help: "What may be left: macs=0.5, parameters=0.5, bytes=0.5 or latency=0.5.")
    var keep: String
    @Option(help: "What scores the channels: a name of winnow methods.")
    var method = Criterion.correlation.name
    @Option(
        help: """
            How channels go: \(Removal.allCases.filter(\.takesChannels)
                .map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")).
            """)
    var removal = Removal.channels.rawValue
    @Option(
        help: """
            What mends the layers after: none, or of these, joined by commas: \(Repair.Step.allCases
                .map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")).
            """)
    var repair = Repair.Step.gramRidge.rawValue
    @Option(
        help: "Where scores compete: \(Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
    var scope = Scope.layer.rawValue
    @Option(help: "Leave channels in multiples of this, which processors are faster with.")
    var roundTo = Technique.usualMultiple
    @Option(help: "Training pictures that are looked at (default: 512, fewer of large networks).")
    var pictures: Int?
    @Option(help: "Passes over the training pictures after mending; 0 trains nothing.")
    var epochs = 0
    @Option(help: "Cut, mend and train in so many rounds, each of --epochs.")
    var rounds = 1
    @Option(
        help: """
            How much each round takes: \(PruningSchedule.allCases
                .map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")).
            """)
    var schedule = PruningSchedule.cubic.rawValue
    @Option(help: "Pictures a training step.")
    var batchSize = 16
    @Option(help: "Learning rate at the start; it falls along a cosine.")
    var learningRate = 0.005
    @Option(
        help: "How far training also follows the whole network's scores (distillation): 0 to 1.")
    var distill = 0.0
    @Option(help: "Height and width of the pictures, where an ONNX file leaves them open.")
    var size: Int?
    @Option(help: "Where the network's groups came from a table: column:FILE.csv:COLUMN again.")
    var groups: String?
    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 0
    @OptionGroup var machine: MachineOptions
    @Option(name: .shortAndLong, help: "The smaller network: a .onnx or .safetensors file.")
    var output: String
    @OptionGroup var restart: RestartOption
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    func run() throws {
        if let pictures { try MeasuredBatch.check("pictures", pictures, 100_000) }
        try checkOptions()
        let target = try NetworkFiles.output(
            output, endings: ["onnx", "safetensors"], reading: [model, data.manifest])
        let technique = try technique()
        let rounds = try ShrinkRounds(rounds, PruneCommand.choice(schedule, "schedule"))
        let device = try machine.prepare()
        var start = try PrunedNetwork(model, size: size, note: Console.remark)
        let source = try data.source()
        try data.refuseGroups(source)
        let claim = try OutputClaim(target, by: "winnow shrink")
        defer { claim.release() }
        let isLabelled = source.classes == start.model.classes
        let (pictures, plan) = try start.pictures(
            source, groups: groups, threads: MachineOptions.checked(threads: machine.threads),
            seed: seed, anyClasses: epochs == 0
        ) { try data.store(source, $0, prints: true) }
        var options = TrainingOptions(
            epochs: epochs, batchSize: batchSize, learningRate: learningRate, schedule: .cosine,
            seed: seed)
        options.distillation = try Distillation(weight: distill)
        if let before = try start.trainedBy() { options.augmentation = before.augmentation }
        if !isLabelled {
            Console.remark(
                "the pictures' classes are not the network's: its answers are compared with those of "
                    + "the whole network, not with labels")
        }
        var training = TrainingRun(
            data: pictures, plan: plan, options: options, device: device, output: target)
        training.restarts = restart.restart
        let run = try ShrinkRun(
            training.inSight, technique, isLabelled: isLabelled, pictures: self.pictures,
            rounds: rounds,
            onStep: { Console.note("  shrink   \($0)") })
        let outcome = try run.shrink(start.model, identity: start.identity)
        claim.release()
        if json { try NetworkFiles.printJSON(outcome) } else { outcome.show() }
    }

    /// Refuses options that would be passed over.
    private func checkOptions() throws {
        if epochs == 0 {
            try GivenOptions.all.refuse(
                ["--batch-size", "--learning-rate", "--distill", "--restart", "--rounds"],
                "nothing is trained without --epochs")
        }
        if rounds == 1 {
            try GivenOptions.all.refuse(["--schedule"], "there is one round without --rounds")
        }
        if !model.lowercased().hasSuffix(".onnx") {
            try GivenOptions.all.refuse(["--size"], "\(model) says the size of its pictures itself")
        }
    }

    private func technique() throws -> Technique {
        let settings = PruningSettings(
            budget: try Budget(text: keep), scope: try PruneCommand.choice(scope, "scope"))
        let removal: Removal = try PruneCommand.choice(removal, "removal")
        guard removal.takesChannels else {
            throw ValidationError(
                "--removal \(removal.rawValue): a smaller network loses whole channels; choose channels, "
                    + "merge, merge-scaled or fold (winnow prune masks)")
        }
        var technique = try PruningMethod.named(method).technique(
            settings, removal: removal, repair: Repair(text: repair),
            roundTo: roundTo)
        if technique.seed != nil { technique.seed = seed }
        return technique
    }
}

extension ShrinkRun.Outcome {
    /// Prints a row a network, then what it came to.
    func show() {
        func percent(_ share: Double?) -> String { share.map(NetworkFiles.percent) ?? "" }
        let isLabelled = rows.first?.accuracy != nil
        let header =
            ["", "parameters", "megabytes", "multiply-adds", "ms a picture"]
            + (isLabelled ? ["right", "loss"] : []) + ["same answer"]
        let lines = rows.map { row in
            [
                row.name, "\(row.parameters)", String(format: "%.2f", Double(row.bytes) / 1e6),
                "\(row.macs)", String(format: "%.2f", row.seconds * 1000),
            ]
                + (isLabelled
                    ? [percent(row.accuracy), String(format: "%.3f", row.loss ?? 0)] : [])
                + [percent(row.agreement)]
        }
        NetworkFiles.printTable([header] + lines)
        guard let whole = rows.first, let small = rows.last else { return }
        Output.line(
            String(
                format: "%.2fx smaller, %.2fx fewer multiply-adds, %.2fx faster",
                Double(whole.bytes) / Double(small.bytes), Double(whole.macs) / Double(small.macs),
                small.speedup) + "; on \(tested) test pictures")
        for warning in warnings { Output.line(warning) }
    }
}
