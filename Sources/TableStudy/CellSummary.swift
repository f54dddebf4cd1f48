import Perceptron
import Statistics

/// What reduction at one bound does to one kind of net, over all replicates.
package struct BoundSummary: Sendable, Codable, Equatable {
    package let bound: Double
    /// Replicates with at least one pair beyond the bound.
    package let runsWithPairs: Proportion
    /// Pairs beyond the bound, and pairs acted on.
    package let pairsFound: Summary
    package let pairsTaken: Summary
    package let unitsLeft: Summary
    /// Accuracy after less accuracy before, in points, over all replicates.
    package let change: Summary
    /// The same over the replicates with a pair.
    package let changeWithPairs: Summary
    /// Mean change of a class probability over the training patterns.
    package let outputChange: Summary
    /// Largest change of an output before the softmax.
    package let largestOutputChange: Summary
    /// After retraining, less before reduction, over the replicates retrained.
    package let retrained: Summary
    /// After retraining, less the unreduced net trained as long again.
    package let retrainedAgainstControl: Summary

    init(_ trials: [TableTrial], kind: Int, bound: Int) {
        let rows = trials.map { $0.bounds[kind][bound] }
        let before = trials.map(\.before)
        self.bound = rows.first?.outcome.bound ?? .nan
        let paired = rows.indices.filter { rows[$0].outcome.pairsTaken > 0 }
        runsWithPairs = Proportion(count: paired.count, of: rows.count)
        pairsFound = Summary(rows.map { Double($0.outcome.pairsFound) })
        pairsTaken = Summary(rows.map { Double($0.outcome.pairsTaken) })
        unitsLeft = Summary(rows.map { Double($0.outcome.unitsLeft) })
        change = Summary(paired: rows.map(\.after), minus: before)
        changeWithPairs = Summary(
            paired: paired.map { rows[$0].after }, minus: paired.map { before[$0] })
        outputChange = Summary(rows.map(\.outcome.change.meanProbability))
        largestOutputChange = Summary(rows.map(\.outcome.change.largest))
        retrained = Summary(
            rows.indices.compactMap { index in rows[index].retrained.map { $0 - before[index] } })
        retrainedAgainstControl = Summary(
            rows.indices.compactMap { index in
                guard let retrained = rows[index].retrained, let control = trials[index].control
                else { return nil }
                return retrained - control
            })
    }
}

/// What reduction does to one kind of net at every bound.
package struct CellSummary: Sendable, Codable, Equatable {
    package struct Kind: Sendable, Codable, Equatable {
        package let reduction: TableReduction
        package let bounds: [BoundSummary]
    }

    package let cell: TableCell
    /// Test accuracy in percent before reduction.
    package let before: Summary
    package let trainAccuracy: Summary
    package let testRows: Summary
    /// The unreduced net trained on, less before.
    package let control: Summary
    package let kinds: [Kind]

    init(_ cell: TableCell, _ trials: [TableTrial], _ settings: TableSettings) {
        self.cell = cell
        before = Summary(trials.map(\.before))
        trainAccuracy = Summary(trials.map(\.trainAccuracy))
        testRows = Summary(trials.map { Double($0.testRows) })
        control = Summary(trials.compactMap { trial in trial.control.map { $0 - trial.before } })
        kinds = TableReduction.allCases.enumerated().map { kind, reduction in
            Kind(
                reduction: reduction,
                bounds: reduction.bounds(settings).indices.map {
                    BoundSummary(trials, kind: kind, bound: $0)
                })
        }
    }

    /// The summary at one bound; `nil` where it was not studied.
    package func at(_ reduction: TableReduction, _ bound: Double) -> BoundSummary? {
        kinds.first { $0.reduction == reduction }?.bounds.first { $0.bound == bound }
    }
}
