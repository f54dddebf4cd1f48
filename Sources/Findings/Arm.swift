import Statistics

/// One technique at one amount under one protocol: what it took away and what is left of the accuracy.
package struct Arm: Sendable, Codable, Equatable {
    /// As records name it: `percentile ticket`.
    package let technique: String
    /// Fraction asked for; nil for unpruned networks.
    package let amount: Double?
    /// As a reader sees it: `percentile ticket 50%`.
    package let name: String
    /// Percent of the weights of all convolutions that are gone, over the seeds.
    package let removed: Summary
    /// Degrees at which filters counted as alike, lowest and highest over the seeds; nil where none did.
    package var angles: Interval?
    /// Test accuracy in percent.
    package let accuracy: Estimate
    /// Points of accuracy less the unpruned network's, with P(A beats B) and churn; nil for itself.
    package let loss: Effect?
    /// Whether it loses no accuracy (equivalence at the margin), corrected for all arms; `untested`
    /// for unpruned networks.
    package var verdict = Verdict.untested
    package var refusal: Refusal?
    package var adjusted: Double?

    package init(
        technique: String, amount: Double?, name: String, removed: Summary, angles: Interval?,
        accuracy: Estimate, loss: Effect?
    ) {
        (self.technique, self.amount, self.name) = (technique, amount, name)
        (self.removed, self.angles) = (removed, angles)
        (self.accuracy, self.loss) = (accuracy, loss)
    }

    /// `percentile ticket 50%`.
    package static func name(_ technique: String, _ amount: Double?) -> String {
        technique + (amount.map { " \(($0 * 100).formatted(digits: 1))%" } ?? "")
    }

    /// Whether what it took away is worth the name.
    package var removesSomething: Bool { removed.n > 0 && removed.mean >= Judge.leastRemoved }
}

extension Arm {
    /// Judges "loses no accuracy" on every arm that is compared with the unpruned network, together.
    package static func judged(_ arms: [Arm], margin: Double, refusal: Refusal?) -> [Arm] {
        let compared = arms.indices.filter { arms[$0].loss != nil }
        let claims = compared.compactMap { index -> (claim: Claim, evidence: Judge.Evidence)? in
            guard let loss = arms[index].loss else { return nil }
            return (claim(arms[index], margin), Judge.Evidence([loss], refusal: refusal))
        }
        var judged = arms
        for (index, finding) in zip(compared, Judge.findings(claims, way: "")) {
            judged[index].verdict = finding.verdict
            judged[index].refusal = finding.refusal
            judged[index].adjusted = finding.adjusted
        }
        return judged
    }

    private static func claim(_ arm: Arm, _ margin: Double) -> Claim {
        Claim(
            "no-loss", .pictures, name: arm.name, section: "", isPapers: false,
            statement: "\(arm.name) loses no accuracy.", measured: "accuracy minus unpruned",
            .noLoss(margin: margin))
    }
}
