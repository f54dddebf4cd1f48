import Statistics

extension Claim {
    static let meanAccuracy = Claim(
        name: "mean accuracy", section: "2.3, 3.1",
        statement: "The 10-30-7 net reaches 28.3% on average.",
        criterion: "28.3 lies in the 95% interval of the mean"
    ) { evidence in
        let summary = Summary(evidence.before(30))
        guard let interval = summary.interval else { return (.untested, summary.text()) }
        return (interval.contains(28.3) ? .supported : .contradicted, summary.text() + " %")
    }

    static let beatsMachine = Claim(
        name: "net beats SVM", section: "3.1",
        statement: "The net is better than an SVM with a radial basis function.",
        criterion: "30 units less SVM, same splits, is above 0"
    ) { againstBaseline($0, Baseline.supportVectors.name) }

    static let beatsMajority = Claim(
        name: "net beats majority", section: "3.1",
        statement: "(Not in the paper: is anything learnt?) The net beats the majority class.",
        criterion: "30 units less majority class, same splits, is above 0"
    ) { againstBaseline($0, Baseline.majority.name) }

    private static func againstBaseline(
        _ evidence: Evidence, _ name: String
    ) -> (verdict: Verdict, evidence: String) {
        let other = evidence.baselines.first { $0.name == name }?.splits ?? []
        let n = min(other.count, evidence.before(30).count)
        let difference = Summary(
            paired: Array(evidence.before(30).prefix(n)), minus: Array(other.prefix(n)))
        return (
            Verdict(difference.interval, atLeast: 0),
            "\(difference.text(signed: true)) points, n = \(n)"
        )
    }
}
