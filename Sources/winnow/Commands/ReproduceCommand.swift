import ArgumentParser
import Studies
import Torch

/// `winnow reproduce`: the paper's experiments on pictures, on a table of features, or both.
struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Does the paper's experiments again, with statistics, on your data.",
        discussion: """
            pictures  fine-tunes a ResNet, prunes it by each technique, rewinds, retrains (--data or --manifest, --weights)
            table     the feed-forward net and its pruning, Tables 1 to 5 (--table)
            Without --data and --table: both, on the synthetic pictures that come with Winnow.
            """)

    @Option(
        help: "pictures or table (default: what --data or --table asks for; both without them).")
    var part: String?
    @Option(
        help:
            "Settings that are not given: \(Self.presets). Default: paper; quick for embedded pictures."
    )
    var preset: String?
    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Table") var table: TableOptions
    @OptionGroup(title: "Table study") var study: TableStudyOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @Option(help: "cpu, cuda, cuda:1 or mps (pictures).")
    var device = "cpu"

    func run() throws {
        let isOwn = pictures.pictures.isGiven || table.table != nil
        let preset = try StudyPreset.named(preset ?? (isOwn ? "paper" : "quick"))
        guard let part = part ?? asked else { return try embedded(preset).run(prepared()) }
        switch part {
        case "pictures" where !pictures.pictures.isGiven:
            try embedded(preset).runPictures(prepared())
        case "pictures": try PicturePart.run(pictures, preset, output, prepared())
        case "table": try TablePart.run(table, study, output, preset)
        default: throw ValidationError("no part '\(part)'. Parts: pictures, table")
        }
    }

    /// The part that the named data asks for; nil for both, on the embedded pictures.
    private var asked: String? {
        pictures.pictures.isGiven ? "pictures" : table.table != nil ? "table" : nil
    }

    private static let presets = StudyPreset.all.map { "\($0.name) (\($0.summary))" }
        .joined(separator: "; ")

    private func embedded(_ preset: StudyPreset) throws -> EmbeddedPart {
        try EmbeddedPart(pictures, table, study, output, preset)
    }

    private func prepared() throws -> Device {
        var machine = MachineOptions()
        machine.threads = output.threads
        machine.device = device
        return try machine.prepare()
    }
}
