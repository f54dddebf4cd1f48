import Findings
import Statistics

/// Sections 2.3 and 3.1: how good the net is.
extension TableClaims {
    static let meanAccuracy = JudgedClaim<TableEvidence>(needsLearning: false) { evidence in
        let claim = Claim(
            "table-mean-accuracy", .table, name: "mean accuracy", section: "2.3, 3.1",
            statement: "The 10-30-7 net reaches 28.3% on average.", measured: "the mean accuracy",
            unit: .percent, .within(28.3 - steep, 28.3 + steep))
        return (claim, Judge.Evidence([effect(evidence.before(30), .percent)]))
    }

    static let beatsMachine = JudgedClaim<TableEvidence>(needsLearning: false) { evidence in
        let claim = Claim(
            "net-beats-svm", .table, name: "net beats SVM", section: "3.1",
            statement: "The net is better than an SVM with a radial basis function.",
            measured: "30 units less SVM, same splits,", .better)
        return (claim, againstBaseline(evidence, Baseline.supportVectors.name))
    }

    static let beatsMajority = JudgedClaim<TableEvidence>(needsLearning: false) { evidence in
        let claim = Claim(
            "net-beats-majority", .table, name: "net beats majority", section: "3.1",
            isPapers: false,
            statement: "(Not in the paper: is anything learnt?) The net beats the majority class.",
            measured: "30 units less majority class, same splits,", .better)
        return (claim, againstBaseline(evidence, Baseline.majority.name))
    }

    private static func againstBaseline(_ evidence: TableEvidence, _ name: String) -> Judge.Evidence
    {
        let other = evidence.baselines.first { $0.name == name }?.splits ?? []
        let pairs = zip(evidence.before(30), other).map { $0 - $1 }
        return Judge.Evidence([effect(pairs, .points, confidence: 0.95)])
    }

    /// Measurements one a replicate.
    static func effect(
        _ values: [Double], _ unit: Effect.Unit, label: String = "", confidence: Double = 0.90
    ) -> Effect {
        Effect(label: label, unit: unit, estimate: Estimate(values), confidence: confidence)
    }
}
