import Findings
import Statistics

/// What picture claims are judged on: the runs of one comparison, under one protocol.
package struct TicketEvidence: Sendable {
    package let runs: [TechniqueRun]
    /// The group (person, film) of each picture of the data; nil where records do not tell.
    let groups: [Int]?

    package init(_ runs: [TechniqueRun], groups: [Int]? = nil) {
        self.runs = runs
        self.groups = groups
    }

    /// Fractions pruned, ascending, of the runs of `technique`.
    package func amounts(_ technique: StudyTechnique) -> [Double] {
        Set(runs.filter { $0.technique == technique }.compactMap(\.amount)).sorted()
    }

    /// Seeds, ascending.
    package var seeds: [UInt64] { Set(runs.map(\.seed)).sorted() }

    package func run(_ technique: StudyTechnique, _ amount: Double?, seed: UInt64) -> TechniqueRun?
    {
        runs.first { $0.technique == technique && $0.amount == amount && $0.seed == seed }
    }

    /// One value a seed, for the seeds that have such a run and such a value.
    package func values(
        _ technique: StudyTechnique, _ amount: Double? = nil, _ value: (TechniqueRun) -> Double?
    ) -> [Double] {
        seeds.compactMap { run(technique, amount, seed: $0).flatMap(value) }
    }

    /// The value of one technique less that of another, seed by seed.
    package func difference(
        _ technique: StudyTechnique, _ amount: Double?, minus other: StudyTechnique,
        _ otherAmount: Double? = nil, _ value: (TechniqueRun) -> Double = { $0.accuracy }
    ) -> Summary {
        Summary(
            seeds.compactMap { seed in
                guard let first = run(technique, amount, seed: seed),
                    let second = run(other, otherAmount, seed: seed)
                else { return nil }
                return value(first) - value(second)
            })
    }

    /// Percent of the weights of all convolutions that a technique took, over the seeds.
    package func removed(_ technique: StudyTechnique, _ amount: Double?) -> Summary {
        Summary(values(technique, amount) { $0.removedPercent })
    }
}

extension TechniqueRun {
    /// Accuracy in percent: of the test part, read once, or under `as-paper`, which has none, of
    /// the best validation epoch, as the paper quotes it.
    package var accuracy: Double { 100 * (training.test?.accuracy ?? training.best) }

    /// Mean validation accuracy in percent over the epochs: the higher, the faster it trains.
    package var meanAccuracy: Double {
        100 * training.accuracies.reduce(0, +) / Double(training.accuracies.count)
    }

    /// Percent of the weights of all convolutions that are gone.
    package var removedPercent: Double { 100 * (1 - (pruning?.density.fraction ?? 1)) }
}
