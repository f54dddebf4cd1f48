import ArgumentParser
import Formats
import Studies

/// `winnow predict`: what a network says of pictures.
struct PredictCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Says how a network classes pictures.",
        discussion: "Pictures that cannot be read are listed, and the status is then 1.")

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @Argument(help: "Pictures (.jpg, .png or .webp).")
    var pictures: [String]
    @Option(help: "Classes to show for each picture, the most probable first.")
    var top = 3
    @OptionGroup var machine: MachineOptions
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    func run() throws {
        if json { try GivenOptions.all.refuse(["--top"], "the JSON document has every class") }
        let device = try machine.prepare()
        let network = try NetworkFiles.network(model)
        let results = try Prediction.all(
            network, pictures, preprocessing: NetworkFiles.preprocessing(network, file: model),
            device: device)
        let predictions = results.compactMap { try? $0.get() }
        if json {
            try NetworkFiles.printJSON(predictions)
        } else if !predictions.isEmpty {
            NetworkFiles.printTable(predictions.map(row))
        }
        try report(results)
    }

    /// Lists the pictures that could not be read; the status says that there are some.
    private func report(_ results: [Result<Prediction, PictureError>]) throws {
        let bad = results.compactMap { result -> PictureError? in
            if case .failure(let error) = result { return error }
            return nil
        }
        guard !bad.isEmpty else { return }
        Console.note("error: \(bad.count) of \(results.count) pictures cannot be read:")
        for error in bad {
            Console.note("  \(printable(error.file, limit: 4096)): \(error.reason)")
        }
        Console.note("Check the paths: winnow predict MODEL PICTURE.jpg|png ...")
        throw ExitCode(1)
    }

    private func row(_ prediction: Prediction) -> [String] {
        let ranked = prediction.probabilities.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [printable(prediction.picture, limit: 4096)]
            + ranked.prefix(max(1, top)).map {
                "\($0.key) \(NetworkFiles.percent(Double($0.value)))"
            }
    }
}
