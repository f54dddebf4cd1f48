import ArgumentParser
import Core
import Formats
import Foundation
import Studies
import TableStudy

/// Which table of features, and which of its columns are what.
struct TableOptions: ParsableArguments {
    @Option(
        help: "Table of features: .xlsx or .csv with a label column (default: the embedded one).")
    var table: String?
    @Option(
        help: "Sheet of a workbook (default: the first with the label column that is not hidden).")
    var sheet: String?
    @Option(help: "Header of the class column (default: label).")
    var label: String?
    @Option(help: "Header of the column of groups: person, film or clip.")
    var group: String?
    @Option(help: "Regular expression over the name; its first (capture) is the group.")
    var groupPattern: String?
    @Option(
        parsing: .upToNextOption,
        help: "Header prefixes of the feature blocks, normalised together (default: by header).")
    var blocks: [String] = []
    @Flag(help: "Drop rows with a gross outlier instead of keeping them in doubt.")
    var dropOutliers = false

    /// Reads the table, and says on standard error what was dropped or is doubtful.
    func data() throws -> TableData {
        guard let table else {
            guard sheet == nil else {
                throw ValidationError("--sheet names a sheet of --table FILE.xlsx: give that too")
            }
            return try embedded()
        }
        let read = try FeatureTable.read(
            URL(fileURLWithPath: table), layout: layout, sheet: sheet)
        Console.note("  table  \(read.rows.count) of \(read.rowsInFile) rows of \(table)")
        for note in read.notes { Console.note("    \(note)") }
        for finding in read.findings { Console.note("    \(finding)") }
        return try TableData(read)
    }

    /// `nil`: as the header shows.
    private var layout: FeatureLayout? {
        guard label != nil || group != nil || groupPattern != nil || !blocks.isEmpty || dropOutliers
        else { return nil }
        var layout = FeatureLayout()
        if let label { layout.label = label }
        layout.group = group
        layout.groupPattern = groupPattern
        if !blocks.isEmpty { layout.features = .prefixes(blocks) }
        if dropOutliers { layout.outliers = .drop }
        return layout
    }
}

/// How the table study is done; what is not given is the paper's.
struct TableStudyOptions: ParsableArguments {
    @Option(help: "Trainings of each net of the table study with SGD (default: the preset's).")
    var replicates: Int?
    @Option(help: "Trainings of each net with Adam (default: a fifth of --replicates).")
    var adamReplicates: Int?
    @Option(help: "Epochs of each training of the table study.")
    var tableEpochs: Int?
    @Option(help: "Learning rate of the table study's nets (default: 0.001).")
    var rate: Double?
    @Option(parsing: .upToNextOption, help: "Hidden units (default: 30 50 100).")
    var hidden: [Int] = []
    @Option(help: "Epochs of retraining after reduction; 0: none (default: 60).")
    var retrainEpochs: Int?
    @Option(help: "Replicates that are retrained (default: a tenth; a fiftieth with Adam).")
    var retrainReplicates: Int?

    func settings(seed: UInt64, _ preset: StudyPreset) throws -> TableSettings {
        var settings = TableSettings(replicates: replicates ?? preset.tableReplicates)
        settings.seed = seed
        if let adamReplicates { settings.adamReplicates = adamReplicates }
        if let tableEpochs { settings.epochs = tableEpochs }
        if let rate { settings.rate = rate }
        if !hidden.isEmpty { settings.hiddenSizes = hidden }
        if let retrainEpochs { settings.retrainEpochs = retrainEpochs }
        if let retrainReplicates {
            settings.retrainReplicates = retrainReplicates
            settings.retrainAdamReplicates = min(retrainReplicates, settings.adamReplicates)
        }
        try settings.check()
        return settings
    }
}

/// Where a command's results go, and how many threads make them.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document instead of tables.")
    var json = false
    @Option(help: "Folder for records: CSV, JSON, Markdown.")
    var out: String?
    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 1
    @Option(help: "Threads (default: one a core).")
    var threads: Int?

    func workers() throws -> Parallel {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be 1 to 1024, got \(threads)")
        }
        return Parallel(threads: threads)
    }
}
