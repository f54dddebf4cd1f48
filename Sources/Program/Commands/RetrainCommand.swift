import ArgumentParser
import Core
import Studies

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
    @OptionGroup var restart: RestartOption
    @OptionGroup var processes: DistributedOptions
    @OptionGroup var graph: GraphOption
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    func run() throws {
        guard ["pretrained", "none"].contains(rewind) else {
            throw ValidationError(
                NearestName.refusal(of: rewind, "rewind", among: ["pretrained", "none"]))
        }
        if rewind == "none" {
            try GivenOptions.all.refuse(
                ["--initial"], "--rewind none goes back to no starting state")
        }
        let target = try NetworkFiles.output(output, reading: [model, initial, data.manifest])
        var options = try training.options()
        let launch = try processes.launch()
        let device = try training.machine.prepare(for: options.precision, launch)
        let use = try graph.use(of: device, isShared: launch != nil)
        var start = try PrunedNetwork(model, note: Console.remark)
        if rewind == "pretrained" { try start.rewind(to: initial) }
        try OutputFiles.check(output, as: "-o", reading: start.files)
        if let before = try start.trainedBy() { options.augmentation = before.augmentation }
        let source = try data.source()
        try data.refuseGroups(source)
        let team = try launch.map(processes.team)
        let claim = try team?.leads == false ? nil : OutputClaim(target, by: "winnow retrain")
        defer { claim?.release() }
        let (pictures, plan) = try start.pictures(
            source, groups: groups,
            threads: MachineOptions.checked(threads: training.machine.threads, launch),
            seed: training.seed
        ) { try data.store(source, $0, prints: true) }
        var run = TrainingRun(
            data: pictures, plan: plan, options: options, device: device, output: target)
        (run.restarts, run.team, run.use) = (restart.restart, team, use)
        let outcome = try run.inSight.retrain(start)
        claim?.release()
        if team?.leads ?? true { try outcome.show(json: json) }
    }
}
