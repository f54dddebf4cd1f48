import Findings
import Statistics

/// What claims are judged on: one optimiser under one protocol.
package struct TableEvidence {
    package let cells: [Int: CellSummary]
    package let trials: [Int: [TableTrial]]
    package let baselines: [BaselineResult]
    /// One test row in points.
    package let row: Double
    package let classes: Int
    package let settings: TableSettings

    /// Accuracies before reduction of the net of `hidden` units, by replicate.
    func before(_ hidden: Int) -> [Double] { (trials[hidden] ?? []).map(\.before) }

    /// Change of accuracy by replicate, at one bound.
    func changes(
        _ hidden: Int, _ reduction: TableReduction, _ bound: Double, inRunsWithPairs: Bool = false
    ) -> [Double] {
        guard let kind = TableReduction.allCases.firstIndex(of: reduction),
            let place = reduction.bounds(settings).firstIndex(of: bound)
        else { return [] }
        return (trials[hidden] ?? []).compactMap { trial in
            let found = trial.bounds[kind][place]
            if inRunsWithPairs, found.outcome.pairsTaken == 0 { return nil }
            return found.after - trial.before
        }
    }

    func at(_ hidden: Int, _ reduction: TableReduction, _ bound: Double) -> BoundSummary? {
        cells[hidden]?.at(reduction, bound)
    }

    /// What the smallest net does against what naming one class would.
    var guessing: Guessing? {
        guard let hidden = trials.keys.min(), !before(hidden).isEmpty else { return nil }
        let majority = baselines.first { $0.name == Baseline.majority.name }?.splits ?? []
        let even = 100 / Double(max(1, classes))
        return Guessing(
            classes: classes,
            rate: majority.isEmpty ? even : majority.reduce(0, +) / Double(majority.count),
            unpruned: Estimate(before(hidden)))
    }
}

/// The paper's statements on the table study, and what each is judged by.
package enum TableClaims {
    /// The bounds of the paper's tables.
    static let similarBound = 45.0
    static let complementaryBound = 140.0
    /// Under this share of runs, pairs "are not found".
    static let rare = 0.05
    /// What counts as a steep fall: the standard deviation the paper gives for its accuracy.
    static let steep = 5.0

    /// All claims, in the paper's order. Those of accuracy alone also hold of a net that guesses.
    package static let all: [JudgedClaim<TableEvidence>] = [
        meanAccuracy, beatsMachine, beatsMajority, noneAtOriginalBounds, smallNetsLose,
        smallNetsAlmostAlwaysLose, largeNetsKeep, sizeHelps, noOpposites, noSteepFall,
        largeNetsGainOrKeep,
    ]

    /// Judges every claim for one optimiser under one protocol, together.
    package static func findings(_ evidence: TableEvidence, way: String) -> [Finding] {
        let stop = evidence.guessing.flatMap { $0.isBeaten ? nil : Refusal.guessing($0) }
        return JudgedClaim.findings(all, on: evidence, way: way, refusal: stop)
    }

    /// `SGD, as-paper`.
    package static func way(_ optimizer: TableOptimizer, _ protocolName: String) -> String {
        "\(optimizer.title), \(protocolName)"
    }
}
