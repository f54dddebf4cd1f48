import ArgumentParser
import Datasets
import Networks
import Studies
import Training

/// How the picture part of `reproduce` is done; what is not given is the paper's.
struct PictureOptions: ParsableArguments {
    @OptionGroup var pictures: DataOptions
    @Option(
        help:
            "Pretrained weights (.pth or .safetensors); without them the official ones are fetched."
    )
    var weights: String?
    @Option(help: "resnet18, resnet34 or resnet50.")
    var architecture = "resnet18"
    @Option(
        help: "Height and width in pixels that pictures are resized to (default: the preset's).")
    var size: Int?
    @Option(help: "Epochs of each training (default: the preset's).")
    var epochs: Int?
    @Option(help: "Pictures a step.")
    var batchSize = 8
    @Option(help: "Learning rate; down tenfold after every 7 epochs.")
    var learningRate = 0.001
    @Option(help: "Fractions to prune, with commas between them (default: the preset's).")
    var amounts: String?
    @Option(help: "Replicates: seeds 0, 1, ... (default: the preset's).")
    var seeds: Int?
    @OptionGroup var split: SplitOptions
    @OptionGroup var variation: AugmentationOptions

    func chosenArchitecture() throws -> Architecture {
        if let known = Architecture(rawValue: architecture) { return known }
        throw ValidationError(
            "no architecture '\(architecture)'. Architectures: "
                + Architecture.allCases.map(\.rawValue).joined(separator: ", "))
    }

    func chosenAmounts() throws -> [Double]? {
        guard let amounts else { return nil }
        let parts = amounts.split(separator: ",").map { $0.trimmingPrefix(" ") }
        let values = parts.compactMap { Double($0) }
        guard values.count == parts.count, !values.isEmpty, values.allSatisfy({ $0 > 0 && $0 < 1 })
        else {
            throw ValidationError(
                "--amounts '\(amounts)': expected fractions between 0 and 1, such as 0.5,0.9")
        }
        return values
    }

    /// Settings of the comparison of techniques on some pictures.
    func settings(_ data: PictureData, _ preset: StudyPreset) throws -> TicketSettings {
        let seeds = seeds ?? preset.seeds
        guard (1...1000).contains(seeds) else {
            throw ValidationError("--seeds must be 1 to 1000, got \(seeds)")
        }
        let kind = try Datasets.DataProtocol.named(split.protocol)
        let (fresh, copies) = try variation.choice(data, kind)
        let training = TrainingOptions(
            epochs: epochs ?? preset.epochs, batchSize: batchSize, learningRate: learningRate,
            augmentation: fresh)
        try training.check()
        return TicketSettings(
            amounts: try chosenAmounts() ?? preset.amounts, seeds: seeds, training: training,
            split: try data.plan(protocolName: kind.name, copies: copies, seed: 0))
    }
}
