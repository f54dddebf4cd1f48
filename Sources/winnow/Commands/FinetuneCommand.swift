import ArgumentParser
import Datasets
import Foundation
import Networks
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
    @Option(help: "Height and width in pixels that pictures are resized to.")
    var size = 224
    @OptionGroup var split: SplitOptions
    @OptionGroup var variation: AugmentationOptions
    @Option(help: "Pretrained weights: .pth or .safetensors.")
    var weights: String
    @Option(help: "resnet18, resnet34 or resnet50.")
    var architecture = Architecture.resnet18.rawValue
    @OptionGroup var training: TrainingRunOptions
    @Option(name: .shortAndLong, help: "The network: a .safetensors file.")
    var output: String
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    func run() throws {
        let target = try NetworkFiles.output(output)
        let architecture = try NetworkFiles.architecture(architecture)
        var options = try training.options()
        let device = try training.machine.prepare()
        let source = try data.source()
        let weightsFile = NetworkFiles.url(weights)
        let pretrained = try Pretrained.read(weightsFile, architecture).state
        let pictures = try PictureData(
            source, data.store(source, .imageNet(size: size), prints: true), groups: split.groups,
            threads: MachineOptions.checked(threads: training.machine.threads))
        let classes = pictures.store.classes
        let state = try Pretrained.withNewClassifier(
            pretrained, architecture, classes: classes.count, seed: training.seed)
        let kind = try Datasets.DataProtocol.named(split.protocol)
        let (fresh, copies) = try variation.choice(pictures, kind)
        options.augmentation = fresh
        let plan = try pictures.plan(
            protocolName: kind.name, copies: copies, seed: training.seed)
        let run = TrainingRun(
            data: pictures, plan: plan, options: options, device: device, output: target)
        var start = Checkpoint(architecture: architecture, classes: classes, state: state)
        start.metadata = [
            "preprocessing": try pictures.store.preprocessing.text(),
            "split": try NetworkFiles.text(run.plan), "data": pictures.store.fingerprint,
            "weights": try NetworkFiles.sha256(weightsFile),
        ]
        try train(start, run)
    }

    private func train(_ start: Checkpoint, _ run: TrainingRun) throws {
        try run.prepare()
        let aside = run.resumeFolder.appendingPathComponent("initial.safetensors")
        try start.write(to: aside)
        let hash = try NetworkFiles.sha256(aside)
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
