import Core
import Foundation
import Statistics

extension TicketReport {
    /// The comparison, accuracy by epoch, and what is kept of each layer.
    package var tables: [TextTable] { [comparison, epochs, layers] }

    private var comparison: TextTable {
        let cells = cells
        let rows = cells.map { cell in
            [
                cell.name, kept(cell), range(cell),
                points(cell.summary { $0.training.best }),
                points(cell.summary { $0.training.last }),
                points(cell.summary { $0.training.test?.accuracy }),
                points(against(cell), signed: true), reach(cell),
            ]
        }
        let validation = runs.first?.training.validationCount ?? 0
        let tested = runs.compactMap(\.training.test?.count).first
        var notes = [
            "Accuracy in points: mean [95% interval] over the seeds; one run says n = 1 and has no "
                + "interval.",
            "best, last: on the \(validation) validation pictures (one picture is "
                + "\(points(1 / Double(max(1, validation)))) points). difference: best less the unpruned "
                + "network's, seed by seed.",
            "epochs: the first at which the unpruned network's best is reached, seed by seed.",
        ]
        if let tested {
            notes.append(
                "test: \(tested) pictures read once, with the weights of the best validation epoch."
            )
        }
        return TextTable(
            title: "Techniques compared" + caution,
            header: [
                "technique", "kept", "by layer", "best", "last", "test", "difference", "epochs",
            ], rows: rows, notes: notes)
    }

    private var epochs: TextTable {
        let cells = cells
        let count = runs.map(\.training.history.count).max() ?? 0
        return TextTable(
            title: "Validation accuracy after each epoch, mean over the seeds" + caution,
            header: ["technique"] + (0..<count).map { "\($0 + 1)" },
            rows: cells.map { cell in
                [cell.name]
                    + (0..<count).map { epoch in
                        let values = cell.runs.compactMap { run in
                            epoch < run.training.accuracies.count
                                ? run.training.accuracies[epoch] : nil
                        }
                        return values.isEmpty
                            ? "" : points(values.reduce(0, +) / Double(values.count))
                    }
            })
    }

    /// Percent of each convolution's weights kept, of the first seed.
    private var layers: TextTable {
        let columns = cells.compactMap { cell in
            cell.runs.first.flatMap { run in run.pruning.map { (cell.name, run, $0) } }
        }
        let names = columns.first?.2.layers.map(\.name) ?? []
        let rows = names.indices.map { index in
            [names[index]]
                + columns.map { Self.percent($0.2.layers[index].density.fraction) }
        }
        let angles = columns.compactMap { name, run, _ in
            run.angle.map { "\(name): \(Int($0)) degrees" }
        }
        return TextTable(
            title: "Kept of each layer in percent, seed \(columns.first?.1.seed ?? 0)",
            header: ["layer"] + columns.map(\.0), rows: rows,
            notes: angles.isEmpty
                ? []
                : [
                    "Distinctiveness prunes at the smallest whole angle at which some layer loses the "
                        + "amount (at most 90): " + angles.joined(separator: "; ") + "."
                ])
    }

    private func kept(_ cell: Cell) -> String {
        let densities = cell.runs.compactMap { $0.pruning?.density.fraction }
        guard !densities.isEmpty else { return "100%" }
        return Self.percent(densities.reduce(0, +) / Double(densities.count)) + "%"
    }

    private func range(_ cell: Cell) -> String {
        let fractions = cell.runs.flatMap { $0.pruning?.layers.map(\.density.fraction) ?? [] }
        guard let low = fractions.min(), let high = fractions.max() else { return "100%" }
        let (a, b) = (Self.percent(low), Self.percent(high))
        return a == b ? "\(a)%" : "\(a)-\(b)%"
    }

    private func reach(_ cell: Cell) -> String {
        cell.runs.map { $0.epochsToReach.map(String.init) ?? "never" }.joined(separator: ", ")
    }

    private func against(_ cell: Cell) -> Summary {
        if cell.technique == .unpruned { return Summary([]) }
        return cell.summary { $0.training.best - $0.target }
    }

    private func points(_ summary: Summary, signed: Bool = false) -> String {
        Summary(scaled: summary).text(signed: signed)
    }

    private func points(_ fraction: Double) -> String { String(format: "%.1f", fraction * 100) }
}

extension TicketReport {
    /// One row a training.
    var runRows: [[String]] {
        [
            [
                "technique", "amount", "angle", "seed", "kept", "total", "best", "best_epoch",
                "last",
                "test_accuracy", "test_macro_f1", "unpruned_best", "epochs_to_reach", "stage",
                "protocol",
            ]
        ]
            + runs.map { run in
                let accuracies = run.training.accuracies
                let bestEpoch = accuracies.firstIndex(of: run.training.best).map { $0 + 1 }
                return [
                    run.technique.name, text(run.amount), text(run.angle), "\(run.seed)",
                    run.pruning.map { "\($0.density.kept)" } ?? "",
                    run.pruning.map { "\($0.density.total)" } ?? "", text(run.training.best),
                    bestEpoch.map(String.init) ?? "", text(run.training.last),
                    text(run.training.test?.accuracy), text(run.training.test?.macroF1),
                    text(run.target), run.epochsToReach.map(String.init) ?? "", run.stage,
                    protocolName ?? "",
                ]
            }
    }

    /// One row an epoch.
    var epochRows: [[String]] {
        [
            [
                "technique", "amount", "seed", "epoch", "learning_rate", "train_loss",
                "train_accuracy", "loss", "accuracy", "macro_f1", "protocol",
            ]
        ]
            + runs.flatMap { run in
                run.training.history.map { epoch in
                    [
                        run.technique.name, text(run.amount), "\(run.seed)", "\(epoch.epoch)",
                        text(epoch.learningRate), text(epoch.trainLoss), text(epoch.trainAccuracy),
                        text(epoch.evaluation.loss), text(epoch.evaluation.accuracy),
                        text(epoch.evaluation.macroF1), protocolName ?? "",
                    ]
                }
            }
    }

    /// One row a pruned layer.
    var layerRows: [[String]] {
        [["technique", "amount", "seed", "layer", "kept", "total"]]
            + runs.flatMap { run in
                (run.pruning?.layers ?? []).map { layer in
                    [
                        run.technique.name, text(run.amount), "\(run.seed)", layer.name,
                        "\(layer.density.kept)", "\(layer.density.total)",
                    ]
                }
            }
    }

    private func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
