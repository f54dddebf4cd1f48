import Core
import Perceptron
import Statistics

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
        let baseline: Baseline
        let rule: TableProtocol
        let split: TableSplit
        let seed: UInt64
    }

    func results(_ workers: Parallel, progress: @Sendable (StudyProgress) throws -> Void) throws
        -> [BaselineResult]
    {
        let baselines = try settings.baselines.map(Baseline.named)
        var pieces: [Piece] = []
        for name in settings.protocols {
            let rule = try TableProtocol.named(name)
            var generator = SplitMix64(seed: settings.seed("folds", name), stream: 0)
            let folds = rule.folds(data.groups, count: 5, &generator)
            let trainer = try TableTrainer(
                data, settings,
                TableCell(hidden: 1, optimizer: .sgd, protocolName: name))
            let splits = folds + (0..<settings.baselineSplits).map(trainer.split)
            for baseline in baselines {
                for (place, split) in splits.enumerated() {
                    let seed = settings.seed("baseline", name, String(place))
                    pieces.append(Piece(baseline: baseline, rule: rule, split: split, seed: seed))
                }
            }
        }
        let made = pieces
        // The machines take nearly all the time, so they go first.
        let slow = made.indices.filter { made[$0].baseline.name == Baseline.supportVectors.name }
        let order = slow + Set(made.indices).subtracting(slow).sorted()
        let counter = PieceCounter()
        let accuracies = try workers.map(made.count, starting: order) { place in
            let piece = made[place]
            let accuracy = try piece.baseline.accuracy(
                data, piece.split, piece.rule, seed: piece.seed)
            try progress(
                StudyProgress(
                    done: counter.next(), total: made.count, phase: "baselines",
                    detail: piece.baseline.name))
            return accuracy
        }
        return collect(accuracies)
    }

    /// Results from accuracies in the order of the pieces.
    private func collect(_ accuracies: [Double]) -> [BaselineResult] {
        let each = 5 + settings.baselineSplits
        return settings.protocols.indices.flatMap { rule in
            settings.baselines.indices.map { baseline in
                let start = (rule * settings.baselines.count + baseline) * each
                return BaselineResult(
                    name: settings.baselines[baseline], protocolName: settings.protocols[rule],
                    folds: Summary(Array(accuracies[start..<(start + 5)])),
                    splits: Array(accuracies[(start + 5)..<(start + each)]))
            }
        }
    }
}
