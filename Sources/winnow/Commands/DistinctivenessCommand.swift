import ArgumentParser
import Foundation
import Perceptron
import Studies

/// `winnow distinctiveness`: one feed-forward net, unit by unit.
struct DistinctivenessCommand: ParsableCommand {
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

    func run() throws {
        if example {
            UnitStudy.example.forEach { print($0.plain) }
            return
        }
        var bounds = UnitStudy.Bounds()
        (bounds.similar, bounds.complementary, bounds.mode) = (similar, complementary, mode)
        var settings = TableSettings(replicates: 1)
        settings.seed = output.seed
        settings.epochs = tableEpochs
        settings.hiddenSizes = [hidden]
        let cell = TableCell(hidden: hidden, optimizer: optimizer, protocolName: rule)
        let study = try UnitStudy.trained(try table.data(), settings, cell, bounds: bounds)
        if output.json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            FileHandle.standardOutput.write(try encoder.encode(study) + Data("\n".utf8))
        } else {
            study.tables.forEach { print($0.plain) }
        }
    }
}

extension TableOptimizer: ExpressibleByArgument {}
extension ComplementaryMode: ExpressibleByArgument {}
