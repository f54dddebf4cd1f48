import Core
import Findings
import Foundation
import Statistics

extension TableStudy {
    /// All tables of the study, in the order they are printed.
    package var tables: [TextTable] {
        paperTables + [accuracyTable, baselineTable, protocolTable] + boundTables + [claimTable]
    }

    /// Accuracy of every kind of net before reduction.
    var accuracyTable: TextTable {
        TextTable(
            title: "Accuracy before reduction (percent, mean and 95% interval)",
            header: [
                "protocol", "optimiser", "hidden", "test", "s.d.", "training", "test rows", "n",
            ],
            rows: cells.map { cell in
                [
                    cell.cell.protocolName, cell.cell.optimizer.title, String(cell.cell.hidden),
                    cell.before.text(digits: 2),
                    cell.before.deviation.map { String(format: "%.2f", $0) } ?? "",
                    cell.trainAccuracy.text(digits: 2), Summary([cell.testRows.mean]).number,
                    String(cell.before.n),
                ]
            })
    }

    /// The baselines, by five folds and on the study's splits.
    var baselineTable: TextTable {
        TextTable(
            title: "Baselines (percent)",
            header: ["protocol", "classifier", "5 folds", "s.d.", "study's splits", "n"],
            rows: baselines.map { result in
                let splits = Summary(result.splits)
                return [
                    result.protocolName, result.name, result.folds.text(digits: 2),
                    result.folds.deviation.map { String(format: "%.2f", $0) } ?? "",
                    splits.text(digits: 2), String(splits.n),
                ]
            })
    }

    /// What the protocol alone is worth, and whether it changes which classifier is best.
    var protocolTable: TextTable {
        let (a, b) = (TableProtocol.asPaper.name, TableProtocol.leakFree.name)
        let nets = cells.filter { $0.cell.protocolName == a }.compactMap { one in
            cells.first {
                $0.cell.protocolName == b && $0.cell.hidden == one.cell.hidden
                    && $0.cell.optimizer == one.cell.optimizer
            }.map {
                ("\(one.cell.hidden) units, \(one.cell.optimizer.title)", one.before, $0.before)
            }
        }
        let others = baselines.filter { $0.protocolName == a }.compactMap { one in
            baselines.first { $0.protocolName == b && $0.name == one.name }
                .map { (one.name, Summary(one.splits), Summary($0.splits)) }
        }
        let all = nets + others
        let orders = [all.sorted { $0.1.mean > $1.1.mean }, all.sorted { $0.2.mean > $1.2.mean }]
            .map { $0.map(\.0) }
        return TextTable(
            title: "What the protocol is worth (percent)",
            header: ["classifier", a, b, "difference"],
            rows: all.map {
                [
                    $0.0, $0.1.text(), $0.2.text(),
                    $0.1.difference(from: $0.2).text(digits: 1, signed: true),
                ]
            },
            notes: orders[0] == orders[1]
                ? ["The ranking is the same under both protocols."]
                : zip([a, b], orders).map { "Ranking under \($0): \($1.joined(separator: " > "))" })
    }

    /// For every kind of net, what reduction does at every bound.
    var boundTables: [TextTable] {
        cells.flatMap { cell in
            cell.kinds.filter { $0.reduction.isPrinted }.map { kind in
                let control =
                    cell.control.n > 0
                    ? ["Unreduced, trained on: \(cell.control.text(digits: 2, signed: true))"] : []
                return TextTable(
                    title: "\(cell.cell.hidden) hidden units, \(cell.cell.optimizer.title), "
                        + "\(cell.cell.protocolName): \(kind.reduction.title) "
                        + "(n = \(cell.before.n))",
                    header: [
                        kind.reduction == .similar ? "under" : "over", "runs with a pair",
                        "pairs", "units left", "change, all runs", "change, runs with a pair",
                        "output change", "retrained", "against control", "n",
                    ],
                    rows: kind.bounds.map(Self.row), notes: control)
            }
        }
    }

    private static func row(_ bound: BoundSummary) -> [String] {
        [
            String(format: "%.0f", bound.bound),
            String(format: "%.1f%%", 100 * bound.runsWithPairs.share),
            bound.pairsTaken.text(), bound.unitsLeft.text(),
            bound.change.text(digits: 2, signed: true),
            bound.changeWithPairs.text(digits: 2, signed: true),
            String(format: "%.4f", bound.outputChange.mean),
            bound.retrained.text(digits: 2, signed: true),
            bound.retrainedAgainstControl.text(digits: 2, signed: true),
            String(bound.retrained.n),
        ]
    }

    /// What holds of the paper's statements.
    var claimTable: TextTable {
        TextTable(
            title: "Statements of the paper's sections 3.1, 3.2 and 3.6 on this data",
            header: ["section", "statement", "optimiser"] + settings.protocols,
            rows: statements.flatMap { claim in
                settings.optimizers.map { optimizer in
                    [claim.section, claim.name, optimizer.title]
                        + settings.protocols.map { name in
                            claims.first {
                                $0.claim.id == claim.id
                                    && $0.way == TableClaims.way(optimizer, name)
                            }.map { "\($0.says)  \($0.evidence)" } ?? ""
                        }
                }
            },
            notes: statements.map { "\($0.name): \($0.statement) Holds if \($0.condition)." }
                + ["Verdicts of one column are corrected together (Holm)."])
    }

    /// Each statement once.
    private var statements: [Claim] {
        var seen: Set<String> = []
        return claims.map(\.claim).filter { seen.insert($0.id).inserted }
    }
}

extension TableReduction {
    /// The study prints what the paper does; the other modes are in the records.
    var isPrinted: Bool { self == .similar || self == .complementary(.paper) }
}

extension Summary {
    /// The mean alone.
    fileprivate var number: String { n == 0 ? "" : String(format: "%.1f", mean) }
}
