import ArgumentParser
import Datasets
import Foundation
import Models
import Torch

/// `winnow predict`: what a network says of pictures.
struct PredictCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Says how a network classes pictures.")

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @Argument(help: "Pictures (.jpg or .png).")
    var pictures: [String]
    @Option(help: "Classes to show for each picture, the most probable first.")
    var top = 3
    @OptionGroup var machine: MachineOptions
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    /// What a network says of one picture, for programs.
    private struct Prediction: Encodable {
        let picture: String
        /// Softmax of the scores, by class.
        let probabilities: [String: Float]
    }

    func run() throws {
        let device = try machine.prepare()
        let network = try NetworkFiles.network(model)
        let preprocessing = try NetworkFiles.preprocessing(network, file: model)
        let executor = try Executor(network.with(network.state.placed(on: device)))
        let batch = try BatchMaker(preprocessing, batchSize: 1, device: device)
        let predictions = try pictures.map { path in
            let values = try scores(path, network.classes, preprocessing, executor, batch)
            return Prediction(
                picture: path,
                probabilities: Dictionary(uniqueKeysWithValues: zip(network.classes, values)))
        }
        if json { return try NetworkFiles.printJSON(predictions) }
        NetworkFiles.printTable(predictions.map(row))
    }

    /// Class probabilities of one picture.
    private func scores(
        _ path: String, _ classes: [String], _ preprocessing: Preprocessing,
        _ executor: Executor, _ batch: BatchMaker
    ) throws -> [Float] {
        let url = NetworkFiles.url(path)
        let store = try PictureStore(
            root: url.deletingLastPathComponent().path, classes: classes,
            files: [LabelledFile(file: url.lastPathComponent, label: 0)],
            preprocessing: preprocessing,
            advice: "Check the path: winnow predict MODEL PICTURE.jpg|png ...")
        let subset = Subset(store, pictures: [0])
        return try noGrad {
            let (x, _) = try batch.fill(subset, subset.samples[...])
            return try softmax(executor.forward(x, training: false), dim: 1).values()
        }
    }

    private func row(_ prediction: Prediction) -> [String] {
        let ranked = prediction.probabilities.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [prediction.picture]
            + ranked.prefix(max(1, top)).map {
                "\($0.key) \(NetworkFiles.percent(Double($0.value)))"
            }
    }
}
