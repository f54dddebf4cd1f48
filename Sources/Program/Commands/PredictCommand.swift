import ArgumentParser
import Studies

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

    func run() throws {
        let device = try machine.prepare()
        let network = try NetworkFiles.network(model)
        let predictions = try Prediction.all(
            network, pictures, preprocessing: NetworkFiles.preprocessing(network, file: model),
            device: device)
        if json { return try NetworkFiles.printJSON(predictions) }
        NetworkFiles.printTable(predictions.map(row))
    }

    private func row(_ prediction: Prediction) -> [String] {
        let ranked = prediction.probabilities.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [prediction.picture]
            + ranked.prefix(max(1, top)).map {
                "\($0.key) \(NetworkFiles.percent(Double($0.value)))"
            }
    }
}
