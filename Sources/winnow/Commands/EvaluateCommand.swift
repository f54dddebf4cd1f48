import ArgumentParser
import Datasets
import Networks
import Training

/// `winnow evaluate`: a network on all pictures of a folder.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures a network on every picture of a folder of class folders.")

    @Argument(help: "A network written by Winnow.")
    var model: String
    @OptionGroup var data: ModelDataOptions
    @OptionGroup var machine: MachineOptions
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    /// What was measured, for programs.
    private struct Report: Encodable {
        let classes: [String]
        let metrics: Metrics
        /// Whether these are the pictures that the network was trained on.
        let isTrainingData: Bool
    }

    func run() throws {
        let device = try machine.prepare()
        var checkpoint = try Checkpoint.read(NetworkFiles.url(model))
        let store = try data.store(for: checkpoint, file: model, prints: false)
        for (name, tensor) in checkpoint.state.entries {
            checkpoint.state[name] = try tensor.to(device: device)
        }
        let metrics = try Evaluator(store.preprocessing, device: device).measure(
            ResNet(checkpoint.architecture, checkpoint.state),
            Subset(store, pictures: Array(0..<store.count)))
        let isTrainingData = checkpoint.metadata["data"] == store.fingerprint
        if isTrainingData {
            Console.note(
                "  note      the network was trained on part of these pictures: this measures no "
                    + "generalisation")
        }
        if json {
            try NetworkFiles.printJSON(
                Report(
                    classes: checkpoint.classes, metrics: metrics, isTrainingData: isTrainingData))
        } else {
            MetricsText.show(metrics, classes: checkpoint.classes, on: "pictures")
        }
    }
}
