import Perceptron

/// What the baselines reach, by five folds and on the first splits of the study.
package struct BaselineResult: Sendable, Codable, Equatable {
    package let name: String
    package let protocolName: String
    /// Accuracy of each of five folds, in percent.
    package let folds: Summary
    /// Accuracy on the study's first splits, in percent, in their order.
    package let splits: [Double]
}

/// Runs every baseline under every protocol.
struct BaselineStudy: Sendable {
    let data: TableData
    let settings: TableSettings

    private struct Piece {
        let baseline: Int
        let rule: TableProtocol
        let split: TableSplit
        let seed: UInt64
    }

    func results(_ workers: Workers, progress: @Sendable (StudyProgress) throws -> Void) throws
        -> [BaselineResult]
    {
        var pieces: [Piece] = []
        for name in settings.protocols {
            let rule = try TableProtocol.named(name)
            var generator = SeededGenerator(seed: settings.seed("folds", name))
            let folds = rule.folds(data.groups, count: 5, &generator)
            let trainer = try TableTrainer(
                data, settings,
                TableCell(hidden: 1, optimizer: .sgd, protocolName: name))
            let splits = folds + (0..<settings.baselineSplits).map(trainer.split)
            for baseline in Baseline.all.indices {
                for (place, split) in splits.enumerated() {
                    let seed = settings.seed("baseline", name, String(place))
                    pieces.append(Piece(baseline: baseline, rule: rule, split: split, seed: seed))
                }
            }
        }
        let made = pieces
        // The machines take nearly all the time, so they go first.
        let order = made.indices.sorted { (made[$1].baseline, $0) < (made[$0].baseline, $1) }
        let counter = PieceCounter()
        let accuracies = try workers.map(made.count, starting: order) { place in
            let piece = made[place]
            let accuracy = try Baseline.all[piece.baseline].accuracy(
                data, piece.split, piece.rule, seed: piece.seed)
            try progress(
                StudyProgress(
                    done: counter.next(), total: made.count, phase: "baselines",
                    detail: Baseline.all[piece.baseline].name))
            return accuracy
        }
        return collect(accuracies)
    }

    /// Results from accuracies in the order of the pieces.
    private func collect(_ accuracies: [Double]) -> [BaselineResult] {
        let each = 5 + settings.baselineSplits
        return settings.protocols.indices.flatMap { rule in
            Baseline.all.indices.map { baseline in
                let start = (rule * Baseline.all.count + baseline) * each
                return BaselineResult(
                    name: Baseline.all[baseline].name, protocolName: settings.protocols[rule],
                    folds: Summary(Array(accuracies[start..<(start + 5)])),
                    splits: Array(accuracies[(start + 5)..<(start + each)]))
            }
        }
    }
}
