import Core
import Foundation
import Perceptron

extension UnitStudy {
    /// The removals with their certificates, and the dry run.
    package var tables: [TextTable] { [removalTable, dryRunTable] }

    private var removalTable: TextTable {
        TextTable(
            title: "\(shape) net at \(Int(bounds.similar)) and \(Int(bounds.complementary)) "
                + "degrees: \(unitsLeft) of \(shape.hidden) units left, accuracy "
                + String(format: "%.2f -> %.2f %%", before, after),
            header: ["unit", "why", "largest change", "mean", "of a probability", "mean"],
            rows: steps.map { step in
                [step.units.map(String.init).joined(separator: ", "), step.reason]
                    + Self.fields(step.certificate)
            },
            notes: [
                "Changes are of the outputs over the training patterns, by that step alone: before "
                    + "the softmax, then of class probabilities."
            ])
    }

    private var dryRunTable: TextTable {
        TextTable(
            title: "Dry run: what would go at other bounds, no retraining",
            header: [
                "bound", "pairs beyond", "pairs taken", "units left", "accuracy",
                "largest change", "mean", "of a probability", "mean",
            ],
            rows: dryRun.map { row in
                [
                    String(
                        format: row.reduction == .similar ? "under %.0f" : "over %.0f",
                        row.outcome.bound),
                    String(row.outcome.pairsFound), String(row.outcome.pairsTaken),
                    String(row.outcome.unitsLeft), String(format: "%.2f", row.accuracy),
                ] + Self.fields(row.outcome.change)
            })
    }

    private static func fields(_ change: OutputChange) -> [String] {
        [change.largest, change.mean, change.largestProbability, change.meanProbability]
            .map { String(format: "%.4f", $0) }
    }

    /// The printed example of 1991: its angles beside those worked out here, and what is similar,
    /// complementary, constant or joint in it.
    package static var example: [TextTable] {
        let hidden = HiddenActivations(units: PrintedExample.activations, activation: .sigmoid)
        let vectors = UnitVectors(hidden)
        let angles = UnitAngles(vectors)
        let rows = zip(angles.pairs, PrintedExample.angles).map { pair, printed in
            let kind =
                pair.degrees < PrintedExample.similarBound
                ? "similar"
                : pair.degrees > PrintedExample.complementaryBound ? "complementary" : ""
            return [
                "\(pair.first + 1)-\(pair.second + 1)", String(format: "%.1f", printed),
                String(format: "%.1f", pair.degrees),
                String(format: "%+.1f", pair.degrees - printed), kind,
            ]
        }
        let groups = JointGroups.find(hidden).map { String($0.unit + 1) }
        return [
            TextTable(
                title: "Gedeon & Harris 1991: the printed example, 6 units over 16 patterns",
                header: ["units", "printed", "here", "difference", ""], rows: rows,
                notes: [
                    "The activations are printed to three decimals, which moves angles by up to "
                        + "1.2 degrees.",
                    "Units that are a sum of others once banded to 0, 0.5, 1: "
                        + (groups.isEmpty ? "none" : groups.joined(separator: ", ")),
                ])
        ]
    }
}
