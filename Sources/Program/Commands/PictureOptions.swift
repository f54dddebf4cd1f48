import ArgumentParser
import Datasets
import Models
import Studies
import Training

/// How the picture part of `reproduce` is done; what is not given is the preset's.
struct PictureOptions: ParsableArguments {
    @OptionGroup var pictures: DataOptions
    @Flag(help: "Crop the faces of the pictures first, as the paper does (winnow faces).")
    var cropFaces = false
    @OptionGroup var start: StartOptions
    @Option(help: "\(NetworkFiles.architectures).")
    var architecture: String?
    @Option(help: "Height and width in pixels that pictures are resized to.")
    var size: Int?
    @Option(help: "Epochs of each training, under every protocol.")
    var epochs: Int?
    @Option(help: "Pictures a step.")
    var batchSize: Int?
    @Option(help: "Learning rate at the start.")
    var learningRate: Double?
    @Option(
        help: """
            Fractions to prune, with commas between them: compares the techniques at these, and \
            does nothing else.
            """)
    var amounts: String?
    @Option(help: "Replicates: seeds 0, 1, ...")
    var seeds: Int?
    @Option(
        help: ArgumentHelp(
            "What keeps pictures together where no manifest says so: \(GroupChoice.spellings).",
            valueName: "rule"))
    var groups: String?
    @Option(
        help: """
            leak-free, or as-paper (augments before it splits: leaks, and says so); both when left \
            out, side by side.
            """)
    var `protocol`: String?
    @OptionGroup var variation: AugmentationOptions
    @Option(help: "float32, or mixed: bfloat16 for forward pass and loss, where that is faster.")
    var precision: String?

    /// What is asked for otherwise than in the preset.
    func changes() throws -> StudyChanges {
        var changes = StudyChanges()
        (changes.size, changes.epochs, changes.seeds) = (size, epochs, seeds)
        (changes.batchSize, changes.learningRate) = (batchSize, learningRate)
        (changes.groups, changes.protocolName) = (groups, `protocol`)
        changes.amounts = try chosenAmounts()
        if let precision { changes.precision = try .chosen(precision) ?? .float32 }
        changes.architecture = try architecture.map(NetworkFiles.architecture)
        if let protocolName = `protocol` { _ = try Datasets.DataProtocol.named(protocolName) }
        if let (kind, copies) = try variation.asked() {
            (changes.augmentation, changes.copies) = (kind, copies)
        }
        return changes
    }

    private func chosenAmounts() throws -> [Double]? {
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
}
