import ArgumentParser
import Core
import Formats
import Foundation
import Perceptron
import Studies
import TableStudy

/// `winnow distinctiveness`: one feed-forward net, unit by unit.
struct DistinctivenessCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "distinctiveness",
        abstract:
            "Shows which hidden units of a feed-forward net could go, and what it would cost.",
        discussion: """
            Trains one net on the table (or, with --example, takes the printed example of 1991),
            then lists constant, insignificant, similar and complementary units and joint groups,
            each with the change of the outputs that removing it makes.
            """)

    @Flag(help: "The example printed by Gedeon & Harris (1991), with its 15 angles.")
    var example = false
    @OptionGroup var table: TableOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Hidden units.")
    var hidden = 30
    @Option(help: "sgd or adam.")
    var optimizer = TableOptimizer.sgd
    @Option(name: .customLong("protocol"), help: "as-paper or leak-free.")
    var rule = "as-paper"
    @Option(help: "Epochs.")
    var tableEpochs = 1200
    @Option(help: "Units at a smaller angle, in degrees, are similar.")
    var similar = 15.0
    @Option(help: "Units at a larger angle, in degrees, are complementary.")
    var complementary = 165.0
    @Option(help: "What becomes of complementary units: paper, bias or exact.")
    var mode = ComplementaryMode.paper

    @Option(help: "Learning rate.")
    var rate = 0.001
    @Option(help: "Activation of the hidden units: sigmoid, tanh or relu.")
    var activation = Activation.sigmoid

    func run() throws {
        _ = try output.workers()
        if let out = output.out { try OutputFiles.checkFolder(out, as: "--out") }
        if example {
            try GivenOptions.all.refuse(
                [
                    "--table", "--label", "--group", "--group-pattern", "--blocks",
                    "--drop-outliers", "--hidden", "--optimizer", "--protocol", "--table-epochs",
                    "--similar", "--complementary", "--mode", "--rate", "--activation", "--seed",
                ], "the printed example is as it was printed")
            try show(UnitStudy.example, UnitStudy.example)
            return
        }
        let study = try trained()
        try show(study, study.tables)
    }

    private func trained() throws -> UnitStudy {
        for (option, degrees) in [("similar", similar), ("complementary", complementary)]
        where !(0...180).contains(degrees) {
            throw ValidationError("--\(option) must be 0 to 180 degrees, got \(degrees)")
        }
        var bounds = UnitStudy.Bounds()
        (bounds.similar, bounds.complementary, bounds.mode) = (similar, complementary, mode)
        var settings = TableSettings(replicates: 1)
        settings.seed = output.seed
        settings.epochs = tableEpochs
        settings.hiddenSizes = [hidden]
        settings.rate = rate
        settings.activation = activation
        let cell = TableCell(hidden: hidden, optimizer: optimizer, protocolName: rule)
        return try UnitStudy.trained(try table.data(), settings, cell, bounds: bounds)
    }

    /// Prints the tables or the document, and keeps both where --out says so.
    private func show(_ study: some Encodable, _ tables: [TextTable]) throws {
        let document = try CanonicalJSON.page.document(study)
        if let out = output.out { try write(document, tables, to: URL(fileURLWithPath: out)) }
        if output.json {
            Output.write(document)
        } else {
            tables.forEach { Output.line($0.plain) }
        }
    }

    private func write(_ document: Data, _ tables: [TextTable], to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func file(_ name: String) -> URL { folder.appendingPathComponent("units\(name)") }
        try AtomicFile.write(document, to: file(".json"))
        try AtomicFile.write(
            Data(tables.map(\.markdown).joined(separator: "\n").utf8), to: file(".md"))
        for (name, table) in zip(["", "-dry-run"], tables) {
            try CSVWriter.write([table.header] + table.rows, to: file("\(name).csv"))
        }
    }
}

extension Activation: ExpressibleByArgument {}
extension TableOptimizer: ExpressibleByArgument {}
extension ComplementaryMode: ExpressibleByArgument {}
