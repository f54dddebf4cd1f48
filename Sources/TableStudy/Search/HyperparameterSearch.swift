import Core
import Foundation
import Perceptron
import Statistics

/// What one value of one hyper-parameter reaches, the others at the base point.
package struct SearchResult: Sendable, Codable, Equatable {
    package let axis: String
    package let value: String
    package let point: SearchPoint
    /// Accuracies in percent, over the replicates whose training did not diverge.
    package let training: Summary
    package let validation: Summary
    package let test: Summary
    package let diverged: Int
}

/// The search of section 2.3: each hyper-parameter in turn over its values, the others as the paper
/// settled them, every value on the same splits and starts.
///
/// The paper chose by test accuracy. Here a tenth of the training rows, split off as the protocol
/// splits off the test rows, is for choosing; the test rows only report.
package struct HyperparameterSearch: Sendable {
    package let data: TableData
    package let base: SearchPoint
    package let rule: TableProtocol
    package let replicates: Int
    package let seed: UInt64

    package init(
        _ data: TableData, base: SearchPoint = SearchPoint(), rule: TableProtocol,
        replicates: Int, seed: UInt64
    ) throws {
        guard (1...100_000).contains(replicates) else {
            throw StudyError("`replicates` must be 1 to 100000, got \(replicates)")
        }
        self.data = data
        self.base = base
        self.rule = rule
        self.replicates = replicates
        self.seed = seed
    }

    private struct Piece {
        let axis: String
        let value: String
        let point: SearchPoint
        let replicates: Range<Int>
    }

    private struct Score {
        let training: Double
        let validation: Double
        let test: Double
    }

    /// Every value of every axis, in their order.
    package func results(
        _ workers: Parallel, axes: [SearchAxis] = SearchAxis.all,
        progress: @Sendable (StudyProgress) throws -> Void
    ) throws -> [SearchResult] {
        let values = axes.flatMap { axis in
            axis.points(base).map { (axis.name, $0.value, $0.point) }
        }
        let groups = stride(from: 0, to: replicates, by: LockstepTrainer.lanes).map {
            $0..<min($0 + LockstepTrainer.lanes, replicates)
        }
        let pieces = values.flatMap { value in
            groups.map { Piece(axis: value.0, value: value.1, point: value.2, replicates: $0) }
        }
        let order = pieces.indices.sorted {
            (Self.cost(pieces[$1]), $0) < (Self.cost(pieces[$0]), $1)
        }
        let counter = PieceCounter()
        let scores = try workers.map(pieces.count, starting: order) { place in
            let scores = try self.scores(pieces[place])
            try progress(
                StudyProgress(
                    done: counter.next(), total: pieces.count, phase: "search",
                    detail: pieces[place].axis))
            return scores
        }
        return values.indices.map { index in
            let value = values[index]
            let found = scores[(index * groups.count)..<((index + 1) * groups.count)].joined()
            let whole = found.compactMap { $0 }
            return SearchResult(
                axis: value.0, value: value.1, point: value.2,
                training: Summary(whole.map(\.training)),
                validation: Summary(whole.map(\.validation)), test: Summary(whole.map(\.test)),
                diverged: found.count { $0 == nil })
        }
    }

    private static func cost(_ piece: Piece) -> Int {
        piece.point.epochs * piece.point.hidden * (piece.point.optimizer == .adam ? 4 : 1)
    }

    /// Scores of a piece's replicates; `nil` for a training that diverged.
    private func scores(_ piece: Piece) throws -> [Score?] {
        let splits = piece.replicates.map(split)
        let jobs = try zip(piece.replicates, splits).map { replicate, split in
            TrainingJob(
                net: Perceptron(
                    shape: Shape(
                        inputs: data.inputs, hidden: piece.point.hidden,
                        outputs: data.classes.count),
                    activation: piece.point.activation, seed: seed(replicate, "start")),
                examples: try data.examples(
                    fittedOn: rule.fitsOnTraining ? split.train : Array(0..<data.count)),
                trainingRows: split.train, seed: seed(replicate, "order"))
        }
        let nets = try LockstepTrainer.train(jobs, piece.point.training)
        return nets.indices.map { place in
            guard nets[place].isFinite else { return nil }
            func accuracy(_ rows: [Int]) -> Double {
                let patterns = Patterns(jobs[place].examples, rows: rows)
                let logits = Logits(nets[place], HiddenActivations(nets[place], patterns))
                return 100 * Double(logits.correct(patterns.labels)) / Double(max(rows.count, 1))
            }
            let split = splits[place]
            return Score(
                training: accuracy(split.train), validation: accuracy(split.validation),
                test: accuracy(split.test))
        }
    }

    private func split(_ replicate: Int) -> (train: [Int], validation: [Int], test: [Int]) {
        var generator = SplitMix64(seed: seed(replicate, "split"), stream: 0)
        let outer = rule.split(data.groups, 0.1, &generator)
        let inner = rule.split(outer.train.map { data.groups[$0] }, 0.1, &generator)
        return (
            inner.train.map { outer.train[$0] }, inner.test.map { outer.train[$0] }, outer.test
        )
    }

    private func seed(_ replicate: Int, _ use: String) -> UInt64 {
        var settings = TableSettings(replicates: 1)
        settings.seed = seed
        return settings.seed("search", use, rule.name, String(replicate))
    }
}
