import Core
import Formats
import Foundation
import Statistics

/// Writes what a table study found: `table.json`, `table-bounds.csv`, `table-replicates.csv`,
/// `table-claims.csv`, `table-baselines.csv`, `table.md`.
package struct TableRecords {
    package let study: TableStudy
    let trials: [TableCell: [TableTrial]]

    package init(_ study: TableStudy, _ trials: [TableCell: [TableTrial]]) {
        self.study = study
        self.trials = trials
    }

    /// Writes every record under `folder`, each aside and then renamed.
    ///
    /// Throws `FormatError` when the disk refuses.
    package func write(to folder: URL) throws {
        try AtomicFile.write(json(), to: folder.appendingPathComponent("table.json"))
        try CSVWriter.write(bounds, to: folder.appendingPathComponent("table-bounds.csv"))
        try writeReplicates(to: folder.appendingPathComponent("table-replicates.csv"))
        try CSVWriter.write(claims, to: folder.appendingPathComponent("table-claims.csv"))
        try CSVWriter.write(baselines, to: folder.appendingPathComponent("table-baselines.csv"))
        try AtomicFile.write(
            Data(study.markdown.utf8), to: folder.appendingPathComponent("table.md"))
    }

    /// The study as one JSON document; a mean of nothing is the text "none".
    package func json() throws -> Data {
        try CanonicalJSON.page.naming(nan: "none").document(study)
    }

    private var bounds: [[String]] {
        let summaries = [
            "pairs_found", "pairs_taken", "units_left", "change", "change_with_pairs",
            "output_change", "largest_output_change", "retrained", "retrained_against_control",
        ]
        let header =
            ["protocol", "optimizer", "hidden", "reduction", "bound", "n", "runs_with_pairs"]
            + summaries.flatMap { ["\($0)_mean", "\($0)_low", "\($0)_high", "\($0)_n"] }
        let rows = study.cells.flatMap { cell in
            cell.kinds.flatMap { kind in
                kind.bounds.map { bound in
                    Self.key(cell.cell) + [
                        kind.reduction.title, Self.shown(bound.bound),
                        String(bound.runsWithPairs.n), String(bound.runsWithPairs.count),
                    ]
                        + [
                            bound.pairsFound, bound.pairsTaken, bound.unitsLeft, bound.change,
                            bound.changeWithPairs, bound.outputChange, bound.largestOutputChange,
                            bound.retrained, bound.retrainedAgainstControl,
                        ].flatMap(Self.fields)
                }
            }
        }
        return [header] + rows
    }

    private var claims: [[String]] {
        [
            [
                "claim", "section", "tried_on", "verdict", "says", "p_corrected", "evidence",
                "criterion",
            ]
        ]
            + study.claims.map {
                [
                    $0.claim.id, $0.claim.section, $0.way, $0.verdict.rawValue, $0.says,
                    $0.adjusted.map { "\($0)" } ?? "", $0.evidence, $0.claim.condition,
                ]
            }
    }

    private var baselines: [[String]] {
        [["protocol", "classifier", "folds_mean", "folds_low", "folds_high", "folds_n", "splits"]]
            + study.baselines.map {
                [$0.protocolName, $0.name] + Self.fields($0.folds)
                    + [$0.splits.map(Self.shown).joined(separator: " ")]
            }
    }

    /// One row for each replicate and bound, written as it is made.
    private func writeReplicates(to url: URL) throws {
        try AtomicFile.write(to: url) { sink in
            try sink.write(
                "protocol,optimizer,hidden,replicate,before,training,control,reduction,bound,"
                    + "pairs_found,pairs_taken,units_left,after,retrained,largest_output_change,"
                    + "mean_output_change,largest_probability_change,mean_probability_change\n")
            for cell in study.cells.map(\.cell) {
                let key = Self.key(cell).joined(separator: ",")
                var text = ""
                for trial in trials[cell] ?? [] { text += Self.lines(trial, key) }
                try sink.write(text)
            }
        }
    }

    private static func lines(_ trial: TableTrial, _ key: String) -> String {
        let start =
            "\(key),\(trial.replicate),\(shown(trial.before)),"
            + "\(shown(trial.trainAccuracy)),\(trial.control.map(shown) ?? ""),"
        return zip(TableReduction.allCases, trial.bounds).map { reduction, row in
            let title = reduction.title.replacingOccurrences(of: ", ", with: " ")
            return row.map { bound in
                let outcome = bound.outcome, change = bound.outcome.change
                let numbers = [
                    shown(outcome.bound), String(outcome.pairsFound), String(outcome.pairsTaken),
                    String(outcome.unitsLeft), shown(bound.after),
                    bound.retrained.map(shown) ?? "", shown(change.largest), shown(change.mean),
                    shown(change.largestProbability), shown(change.meanProbability),
                ]
                return start + title + "," + numbers.joined(separator: ",") + "\n"
            }.joined()
        }.joined()
    }

    private static func key(_ cell: TableCell) -> [String] {
        [cell.protocolName, cell.optimizer.rawValue, String(cell.hidden)]
    }

    private static func fields(_ summary: Summary) -> [String] {
        [
            summary.n == 0 ? "" : shown(summary.mean),
            summary.interval.map { shown($0.low) } ?? "",
            summary.interval.map { shown($0.high) } ?? "", String(summary.n),
        ]
    }

    /// Six significant digits, without what they do not need.
    private static func shown(_ value: Double) -> String { String(format: "%.6g", value) }
}

extension TableStudy {
    /// All tables and notes, as Markdown.
    package var markdown: String {
        let lead = [
            "Table: \(source.file), \(source.rows) rows, \(source.features) features, "
                + "\(source.classes.count) classes, \(source.groups) groups. Seed \(settings.seed)."
        ]
        let findings =
            source.findings.isEmpty
            ? []
            : [
                "Rows dropped or doubtful:\n\n"
                    + source.findings.map { "- " + $0 }.joined(separator: "\n")
            ]
        return (lead + tables.map(\.markdown) + notes + findings).joined(separator: "\n\n") + "\n"
    }

    /// The paper's tables and its statements, for a terminal.
    package var plainForPaper: String {
        let lead = source.origin.map { [$0 + "\n"] } ?? []
        return (lead + (paperTables + [claimTable]).map(\.plain)).joined(separator: "\n")
    }

    /// All tables and notes, for a terminal.
    package var plain: String {
        let lead = source.origin.map { [$0 + "\n"] } ?? []
        let rest = notes.filter { $0 != source.origin }
        return (lead + tables.map(\.plain) + [rest.joined(separator: "\n") + "\n"])
            .joined(separator: "\n")
    }
}
