import Core
import Foundation

/// Tables 1 to 5 as the paper prints them: three runs, the pairs found, accuracy before and after;
/// under each, the same over all replicates.
struct PaperTables {
    let settings: TableSettings
    let trials: [TableCell: [TableTrial]]
    /// One test row in points.
    let row: Double

    init(_ settings: TableSettings, _ trials: [TableCell: [TableTrial]], row: Double) {
        self.settings = settings
        self.trials = trials
        self.row = row
    }

    /// The paper's tables: reduction and hidden units of each.
    private static let layout: [(reduction: TableReduction, hidden: Int)] = [
        (.similar, 30), (.similar, 50), (.similar, 100),
        (.complementary(.paper), 50), (.complementary(.paper), 100),
    ]

    var all: [TextTable] {
        guard settings.protocols.contains(TableProtocol.asPaper.name) else { return [] }
        return Self.layout.enumerated().compactMap { number, entry in
            table(number + 1, entry.reduction, entry.hidden)
        }
    }

    private func table(_ number: Int, _ reduction: TableReduction, _ hidden: Int) -> TextTable? {
        let rows = settings.optimizers.flatMap { self.rows(reduction, hidden, $0) }
        guard !rows.isEmpty else { return nil }
        let what =
            reduction == .similar
            ? "similar pairs merged" : "complementary pairs dropped"
        return TextTable(
            title: "Table \(number)  \(hidden) hidden units, \(what), no retraining",
            header: ["run", "pairs", "before", "after"], rows: rows,
            notes: [String(format: "1 test row = %.2f points; as-paper split", row)])
    }

    private func rows(
        _ reduction: TableReduction, _ hidden: Int, _ optimizer: TableOptimizer
    ) -> [[String]] {
        let cell = TableCell(
            hidden: hidden, optimizer: optimizer, protocolName: TableProtocol.asPaper.name)
        guard let trials = trials[cell], !trials.isEmpty,
            let kind = TableReduction.allCases.firstIndex(of: reduction)
        else { return [] }
        let runs = trials.prefix(3).enumerated().map { run, trial in
            ["\(optimizer.title) run \(run + 1)"] + shown(trial, kind, reduction)
        }
        let summary = CellSummary(cell, trials, settings)
        guard let found = summary.at(reduction, startBound(reduction)), trials.count > 1 else {
            return runs
        }
        let all = [
            "\(optimizer.title), \(trials.count) runs",
            "\(found.pairsTaken.text()) pairs \(words(reduction, startBound(reduction)))",
            summary.before.text(), "change \(found.change.text(digits: 2, signed: true))",
        ]
        return runs + [all]
    }

    /// The paper's bound, at which a table starts to look for pairs.
    private func startBound(_ reduction: TableReduction) -> Double {
        reduction == .similar ? TableClaims.similarBound : TableClaims.complementaryBound
    }

    /// A run at the paper's bound or, as the paper does, at the next one that has a pair.
    private func shown(
        _ trial: TableTrial, _ kind: Int, _ reduction: TableReduction
    ) -> [String] {
        let start = startBound(reduction)
        let beyond = trial.bounds[kind].filter {
            reduction == .similar ? $0.outcome.bound >= start : $0.outcome.bound <= start
        }
        let before = String(format: "%.2f", trial.before)
        guard let found = beyond.first(where: { $0.outcome.pairsTaken > 0 }) else {
            guard let widest = beyond.last else { return ["not studied", before, ""] }
            return ["no pair \(words(reduction, widest.outcome.bound))", before, before]
        }
        let pairs = found.outcome.pairsTaken
        let text =
            "\(pairs) \(pairs == 1 ? "pair" : "pairs") "
            + words(reduction, found.outcome.bound)
        return [text, before, String(format: "%.2f", found.after)]
    }

    private func words(_ reduction: TableReduction, _ bound: Double) -> String {
        let degrees = String(format: "%.0f degrees", bound)
        return reduction == .similar ? "less than \(degrees)" : "greater than \(degrees)"
    }
}
