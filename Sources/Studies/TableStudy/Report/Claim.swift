/// What claims are judged on: one optimiser under one protocol.
package struct Evidence {
    package let cells: [Int: CellSummary]
    package let trials: [Int: [TableTrial]]
    package let baselines: [BaselineResult]
    /// One test row in points.
    package let row: Double
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
}

/// A statement of the paper on the table study, and how it is judged.
package struct Claim: Sendable {
    package let name: String
    /// Section of the paper.
    package let section: String
    package let statement: String
    /// What has to hold, in words.
    package let criterion: String
    let judge: @Sendable (Evidence) -> (verdict: Verdict, evidence: String)

    /// The bounds of the paper's tables.
    static let similarBound = 45.0
    static let complementaryBound = 140.0
    /// Under this share of runs, pairs "are not found".
    static let rare = 0.05
    /// What counts as a steep fall: the standard deviation the paper gives for its accuracy.
    static let steep = 5.0

    /// All claims, in the paper's order.
    package static let all: [Claim] = [
        meanAccuracy, beatsMachine, beatsMajority, noneAtOriginalBounds, smallNetsLose,
        smallNetsAlmostAlwaysLose, largeNetsKeep, sizeHelps, noOpposites, noSteepFall,
        largeNetsGainOrKeep,
    ]
}

/// A claim judged for one optimiser under one protocol.
package struct JudgedClaim: Sendable, Codable, Equatable {
    package let claim: String
    package let section: String
    package let statement: String
    package let criterion: String
    package let optimizer: TableOptimizer
    package let protocolName: String
    package let verdict: Verdict
    package let evidence: String
}
