import ArgumentParser
import Datasets
import Foundation
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
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    func run() throws {
        let target = try NetworkFiles.output(output)
        var options = try training.options()
        let device = try training.machine.prepare()
        let source = try data.source()
        let (pretrained, weightsName) = try pretrained()
        let preprocessing = try preprocessing(pretrained)
        let pictures = try PictureData(
            source, data.store(source, preprocessing, prints: true), groups: split.groups,
            threads: MachineOptions.checked(threads: training.machine.threads))
        let kind = try Datasets.DataProtocol.named(split.protocol)
        let (fresh, copies) = try variation.choice(pictures, kind)
        options.augmentation = fresh
        let plan = try pictures.plan(
            protocolName: kind.name, copies: copies, seed: training.seed)
        let run = TrainingRun(
            data: pictures, plan: plan, options: options, device: device, output: target
        ).inSight
        var start = try pretrained.sized(height: preprocessing.height, width: preprocessing.width)
            .withNewHead(classes: pictures.store.classes, seed: training.seed)
        start.metadata = [
            "preprocessing": try pictures.store.preprocessing.text(),
            "split": try NetworkFiles.text(run.plan), "data": pictures.store.fingerprint,
            "weights": weightsName,
        ]
        try train(restored(start, pictures, plan), run)
    }

    /// The network with batch norm where it was folded away, or as it is, which is told.
    private func restored(
        _ start: Model, _ pictures: PictureData, _ plan: SplitPlan
    ) throws -> Model {
        let folded = start.graph.foldedNorms.count
        guard folded > 0 else {
            guard !restoreBatchNorm else {
                throw ValidationError(
                    "--restore-batch-norm: every convolution of the network has one")
            }
            return start
        }
        guard restoreBatchNorm else {
            if model != nil {
                Console.note(
                    "  note     \(folded) convolutions have no batch norm (exporters fold it away): "
                        + "--restore-batch-norm puts it back")
            }
            return start
        }
        let train = try pictures.parts(plan).train
        let (most, size) = (512, 32)
        let maker = try BatchMaker(
            pictures.store.preprocessing, batchSize: size, device: .cpu)
        let batches = try stride(from: 0, to: min(train.count, most), by: size).map { begin in
            let samples = train.samples[begin..<min(begin + size, min(train.count, most))]
            return try maker.fill(train, samples).0.clone()
        }
        var network = try Models.restoreBatchNorm(start.graph, start.state, batches)
        (network.classes, network.metadata) = (start.classes, start.metadata)
        Console.note("  weights  batch norm is back behind \(folded) convolutions")
        return network
    }

    /// The network that training starts from, and what names its weights: the file's hash, or the seed.
    private func pretrained() throws -> (Model, String) {
        if let model {
            guard weights == nil, architecture == nil else {
                throw ValidationError(
                    "--model brings its own weights and layers: leave --weights and --architecture out"
                )
            }
            var network = try NetworkFiles.network(model, size: size)
            // Fine-tuning starts from the whole network: what was pruned is free again.
            if !network.masks.names.isEmpty {
                Console.note(
                    "  note     \(model) is pruned: fine-tuning frees its zeros; winnow retrain keeps "
                        + "them")
                network.masks = StateDictionary()
            }
            return (network, try WeightsFile.sha256(NetworkFiles.url(model)))
        }
        let known = try NetworkFiles.architecture(architecture ?? Architecture.resnet18.rawValue)
        if weights == Self.noWeights {
            let seed = training.seed
            return (
                try .drawn(known, classes: 1, size: size, seed: seed),
                "none: drawn from seed \(seed)"
            )
        }
        let file = NetworkFiles.url(try weights ?? StartWeightsFile.path(known, .console()))
        return (try Pretrained.read(file, known, size: size), try WeightsFile.sha256(file))
    }

    /// How pictures are prepared: as the network's file says, else as ImageNet's.
    private func preprocessing(_ network: Model) throws -> Preprocessing {
        let own = try NetworkFiles.value(
            Preprocessing.self, "preprocessing", of: network, file: model ?? weights ?? "weights")
        if let own, size == nil { return own }
        let made = (network.graph.input.shape ?? []).last ?? nil
        let size = size ?? made ?? 224
        return try Preprocessing(
            height: size, width: size, mean: own?.mean ?? Preprocessing.imageNetMean,
            std: own?.std ?? Preprocessing.imageNetStd)
    }

    private func train(_ start: Model, _ run: TrainingRun) throws {
        try run.prepare()
        let aside = run.resumeFolder.appendingPathComponent("initial.safetensors")
        try start.write(to: aside)
        let hash = try WeightsFile.sha256(aside)
        var (network, outcome) = try run.train(start, identity: hash)
        let initial = run.output.deletingPathExtension().appendingPathExtension(
            "initial.safetensors")
        network.metadata["initial"] = try NetworkFiles.text(
            InitialReference(file: initial.lastPathComponent, sha256: hash))
        network.metadata["training"] = try NetworkFiles.text(run.options)
        try start.write(to: initial)
        try network.write(to: run.output)
        run.finish()
        if json {
            try NetworkFiles.printJSON(outcome)
        } else {
            outcome.show()
        }
    }
}
