import Core
import Foundation
import Statistics

extension HyperparameterSearch {
    /// The results as a table; the best of each axis by validation accuracy is marked.
    package func table(_ results: [SearchResult]) -> TextTable {
        let best = Dictionary(grouping: results.filter { $0.validation.n > 0 }, by: \.axis)
            .mapValues { rows in rows.max { $0.validation.mean < $1.validation.mean }?.value }
        return TextTable(
            title: "Hyper-parameters about \(base.hidden) units, \(base.activation.rawValue), "
                + "\(base.optimizer.title), rate \(base.rate), batch \(base.batchSize), "
                + "\(base.epochs) epochs (\(rule.name), percent)",
            header: ["varied", "value", "validation", "test", "training", "n", ""],
            rows: results.map { result in
                let isBest = best[result.axis] == result.value
                let note =
                    (isBest ? ["best"] : [])
                    + (result.diverged > 0 ? ["\(result.diverged) diverged"] : [])
                return [
                    result.axis, result.value, result.validation.text(digits: 2),
                    result.test.text(digits: 2), result.training.text(digits: 2),
                    String(result.validation.n), note.joined(separator: ", "),
                ]
            },
            notes: [
                "best: highest mean validation accuracy, which says little where intervals overlap. "
                    + "All values share splits and starts."
            ])
    }

    /// The results as rows for a figure: one row a value, numbers only where there are any.
    package func rows(_ results: [SearchResult]) -> [[String]] {
        let sets = ["validation", "test", "training"]
        let header =
            ["protocol", "varied", "value"]
            + sets.flatMap { ["\($0)_mean", "\($0)_low", "\($0)_high", "\($0)_deviation"] }
            + ["n", "diverged"]
        func fields(_ summary: Summary) -> [String] {
            [
                summary.n == 0 ? nil : summary.mean, summary.interval?.low,
                summary.interval?.high, summary.deviation,
            ].map { $0.map { String(format: "%.6g", $0) } ?? "" }
        }
        return [header]
            + results.map {
                [rule.name, $0.axis, $0.value] + fields($0.validation) + fields($0.test)
                    + fields($0.training) + [String($0.validation.n), String($0.diverged)]
            }
    }
}
