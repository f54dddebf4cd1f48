import ArgumentParser
import Datasets
import Models
import Studies

/// `winnow finetune`: pretrained weights to a network for the classes of a folder of pictures.
struct FinetuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finetune",
        abstract: "Fine-tunes pretrained weights on pictures in class folders.",
        discussion: """
            Copies and near copies, and pictures of one group, stay in one part: 70% to train, 15%
            to choose the epoch by, 15% for the test at the end; or the parts are a manifest's. The
            starting state is kept beside the network, for winnow retrain. A run that was cut off
            goes on when called again.
            """)

    @OptionGroup var data: DataOptions
    @Option(
        help: """
            Height and width in pixels that pictures are resized to (default: what the network was \
            made for).
            """)
    var size: Int?
    @OptionGroup var split: SplitOptions
    @OptionGroup var variation: AugmentationOptions
    @Option(help: "A network: .onnx, or one that Winnow wrote; its last layer is drawn anew.")
    var model: String?
    @Option(
        help: """
            Pretrained weights of a built-in network: .pth or .safetensors, or none to draw them from \
            --seed. Without --weights and --model the official ones are fetched.
            """)
    var weights: String?
    private static let noWeights = "none"
    @Option(
        help: "The built-in network: \(NetworkFiles.architectures) (default: resnet18).")
    var architecture: String?
    @Flag(
        help: """
            Put batch norm back behind convolutions that an exporter folded it into, from statistics \
            of the training pictures.
            """)
    var restoreBatchNorm = false
    @OptionGroup var training: TrainingRunOptions
    @Option(name: .shortAndLong, help: "The network: a .safetensors file.")
    var output: String
    @OptionGroup var restart: RestartOption
    @OptionGroup var processes: DistributedOptions
    @OptionGroup var graph: GraphOption
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    func run() throws {
        let named = weights == Self.noWeights ? nil : weights
        let inputs = [model, named, data.manifest]
        let target = try NetworkFiles.output(output, reading: inputs)
        try OutputFiles.check(TrainingRun.initial(of: target).path, as: "-o", reading: inputs)
        var options = try training.options()
        let launch = try processes.launch()
        let device = try training.machine.prepare(for: options.precision, launch)
        let use = try graph.use(of: device, isShared: launch != nil)
        let source = try data.source()
        try source.requireClasses()
        try data.refuseGroups(source)
        let team = try launch.map(processes.team)
        let claim = try team?.leads == false ? nil : OutputClaim(target, by: "winnow finetune")
        defer { claim?.release() }
        let start = try start()
        let pictures = try PictureData(
            source, data.store(source, start.preprocessing(size: size), prints: true),
            groups: split.groups,
            threads: MachineOptions.checked(threads: training.machine.threads, launch))
        let kind = try Datasets.DataProtocol.named(split.protocol)
        let (fresh, copies) = try variation.choice(pictures, kind)
        options.augmentation = fresh
        let plan = try pictures.plan(
            protocolName: kind.name, copies: copies, seed: training.seed)
        var run = TrainingRun(
            data: pictures, plan: plan, options: options, device: device, output: target)
        (run.restarts, run.team, run.use) = (restart.restart, team, use)
        let outcome = try run.inSight.fineTune(start, restoresNorms: restoreBatchNorm)
        claim?.release()
        if team?.leads ?? true { try outcome.show(json: json) }
    }

    /// The network that training starts from.
    private func start() throws -> StartingNetwork {
        if let model {
            guard weights == nil, architecture == nil else {
                throw ValidationError(
                    "--model brings its own weights and layers: leave --weights and --architecture out"
                )
            }
            return try .network(model, size: size, note: Console.remark)
        }
        let known = try NetworkFiles.architecture(architecture ?? Architecture.resnet18.rawValue)
        if weights == Self.noWeights {
            return try .drawn(known, size: size, seed: training.seed)
        }
        let file = try weights ?? StartWeightsFile.path(known, .console())
        return try .weights(file, known, size: size, note: Console.remark)
    }
}
