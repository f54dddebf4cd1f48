import ArgumentParser
import Datasets
import Features
import Formats
import Foundation

/// `winnow features IN OUT.csv`: the paper's table of ten features a picture.
struct FeaturesCommand: ParsableCommand {
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
        var options = FeatureExtractor.Options()
        options.side = side
        let extractor = try FeatureExtractor(options)
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

/// The pictures of a feature table, and which of them the components are fitted on.
private struct FeatureList: Sendable {
    let root: String
    let classes: [String]
    let files: [LabelledFile]
    /// SHA-256 that a manifest expects of each file; empty without one.
    let hashes: [String]
    let training: [Bool]

    init(folder: String, manifest path: String?) throws {
        root = folder
        guard let path else {
            let listed = try ImageFolder(root: folder)
            (classes, files, hashes) = (listed.classes, listed.files, [])
            training = files.map { _ in true }
            return
        }
        let manifest = try Manifest(contentsOf: path)
        (classes, files, hashes) = (manifest.classes, manifest.files, manifest.hashes)
        let leaks = try manifest.protocolName.map(Datasets.DataProtocol.named)?.leaks ?? false
        if let split = manifest.split, !leaks {
            let trained = Set(split[.train].map(\.picture))
            training = files.indices.map(trained.contains)
        } else {
            training = files.map { _ in true }
        }
    }

    func label(_ index: Int) -> String { classes[files[index].label] }

    /// Reads a picture and checks that it is still the one of the manifest.
    func picture(_ index: Int) throws -> Picture {
        let path = root + "/" + files[index].file
        let data = try Picture.readFile(path)
        if !hashes.isEmpty, ContentHash.sha256(data) != hashes[index] {
            throw DatasetError("\(path): has changed since the manifest was written")
        }
        return try Picture(data: data, named: path)
    }
}
