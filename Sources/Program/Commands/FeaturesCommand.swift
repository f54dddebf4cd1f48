import ArgumentParser
import Datasets
import Features
import Formats
import Foundation

/// `winnow features IN OUT.csv`: the paper's table of ten features a picture.
struct FeaturesCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Make a table of LPQ and PHOG features from pictures in class folders.",
        discussion: """
            Each picture becomes the leading principal components of its LPQ and of its PHOG \
            descriptor. With a manifest that has a split the components are fitted on its training \
            pictures only (on all under as-paper); without one, on all pictures, which leaks into \
            any later test.
            """)

    @Argument(help: "Pictures in class folders: IN/<class>/<picture>.jpg|png.")
    var input: String
    @Argument(help: "The table to write: name, label, lpq1..., phog1...")
    var output: String
    @Option(help: "A manifest of IN, from 'winnow data': which pictures, and their split.")
    var manifest: String?
    @Option(help: "Components kept of each descriptor.")
    var components = 5
    @Option(help: "Height and width in pixels that pictures are resized to.")
    var side = 128
    @Option(help: "LPQ's window in pixels, odd.")
    var lpqWindow = LPQ.Options().size
    @Option(help: "PHOG's finest level: 2^L x 2^L cells.")
    var phogLevels = PHOG.Options().levels
    @Option(help: "Bins of each of PHOG's histograms.")
    var phogBins = PHOG.Options().bins
    @Option(help: "Directions that PHOG tells apart: 360 (signed gradients) or 180 degrees.")
    var phogAngle = PHOG.Options().range.rawValue
    @Option(help: "Pictures worked on side by side (default: one a core).")
    var threads: Int?
    @Flag(help: "Leave out pictures that cannot be read, instead of refusing the folder.")
    var skipUnreadable = false

    func validate() throws {
        guard (1...100).contains(components) else {
            throw ValidationError("--components must be 1 to 100, got \(components)")
        }
    }

    func run() throws {
        let threads = try MachineOptions.checked(threads: threads)
        try OutputFiles.check(output, as: "OUT", reading: [manifest])
        let extractor = try FeatureExtractor(options())
        let list = try FeatureList(folder: input, manifest: manifest)
        let line = ProgressLine("features", unit: "pictures")
        let outcomes = extractor.describe(
            count: list.files.count, threads: threads, progress: { line.update($0, of: $1) },
            picture: list.picture)
        line.finish()
        let entries = try kept(list, outcomes)
        var builder = FeatureTableBuilder()
        builder.components = components
        let table = try builder.build(entries)
        try CSVWriter.write([table.header] + table.records, to: URL(fileURLWithPath: output))
        let fitted = entries.count(where: \.training)
        Console.note(
            "\(output): \(entries.count) pictures, \(table.features.count) features, components "
                + "fitted on \(fitted) of them")
        if fitted == entries.count {
            Console.note(
                "  any test picture among them has been seen: a leak-free table needs --manifest")
        }
    }

    private func options() throws -> FeatureExtractor.Options {
        guard let range = PHOG.AngleRange(rawValue: phogAngle) else {
            throw ValidationError("--phog-angle must be 180 or 360, got \(phogAngle)")
        }
        var options = FeatureExtractor.Options()
        options.side = side
        options.lpq.size = lpqWindow
        options.phog.levels = phogLevels
        options.phog.bins = phogBins
        options.phog.range = range
        return options
    }

    /// The described pictures; those that could not be read are refused, or listed and left out.
    private func kept(
        _ list: FeatureList, _ outcomes: [Result<PictureFeatures, any Error>]
    ) throws -> [FeatureTableBuilder.Entry] {
        var entries: [FeatureTableBuilder.Entry] = []
        var failures: [String] = []
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case .success(let features):
                entries.append(
                    .init(
                        name: list.files[index].file, label: list.label(index), features: features,
                        training: list.training[index]))
            case .failure(let error): failures.append("  \(error)")
            }
        }
        guard failures.isEmpty || skipUnreadable else {
            throw DatasetError(
                "\(input): \(failures.count) of \(outcomes.count) pictures cannot be used:\n"
                    + failures.joined(separator: "\n")
                    + "\nRepair or remove them, or leave them out with --skip-unreadable.")
        }
        for failure in failures { Console.note("  left out\(failure)") }
        return entries
    }
}
