import ArgumentParser
import Core
import Formats
import Foundation
import Studies
import TableStudy

/// `winnow search`: the hyper-parameters of the paper's section 2.3.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Varies learning rate, batch, epochs, hidden units, activation and optimiser "
            + "of the feed-forward net.",
        discussion: """
            Each is varied in turn, the others as the paper settled them: rate 0.001, batch 1, 1200
            epochs, 30 units, sigmoid. Values are compared on validation rows split off the
            training rows; with --out, search.csv holds what a figure needs.
            """)

    @OptionGroup var table: TableOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Trainings of each value.")
    var replicates = 32
    @Option(name: .customLong("protocol"), help: "as-paper or leak-free.")
    var rule = "leak-free"
    @Option(help: "Epochs where epochs are not varied.")
    var tableEpochs = 1200

    func run() throws {
        guard (0...1_000_000).contains(tableEpochs) else {
            throw StudyError("--table-epochs must be 0 to 1000000, got \(tableEpochs)")
        }
        if let out = output.out { try OutputFiles.checkFolder(out, as: "--out") }
        let workers = try output.workers()
        let data = try table.data()
        var base = SearchPoint()
        base.epochs = tableEpochs
        let search = try HyperparameterSearch(
            data, base: base, rule: try TableProtocol.named(rule), replicates: replicates,
            seed: output.seed)
        let line = ProgressLine("search", unit: "nets")
        let results = try search.results(workers) { progress in
            line.update(progress.done, of: progress.total, progress.detail)
            if Interruption.isRequested { throw StudyError("interrupted; nothing was written") }
        }
        line.finish()
        let document = try CanonicalJSON.page.naming(nan: "none").document(results)
        if let out = output.out {
            let folder = URL(fileURLWithPath: out)
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            try CSVWriter.write(
                search.rows(results), to: folder.appendingPathComponent("search.csv"))
            try AtomicFile.write(document, to: folder.appendingPathComponent("search.json"))
            try AtomicFile.write(
                Data(search.table(results).markdown.utf8),
                to: folder.appendingPathComponent("search.md"))
        }
        if output.json {
            Output.write(document)
        } else {
            Output.line(search.table(results).plain)
        }
    }
}
