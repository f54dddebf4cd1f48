import Statistics

/// A number that a claim is judged by, or that is shown beside.
package struct Effect: Sendable, Codable, Equatable {
    package enum Unit: String, Sendable, Codable {
        /// Points of accuracy: a difference.
        case points
        /// Percent of the pictures right: a level.
        case percent
        /// A share of runs, 0 to 1.
        case share
    }

    /// At which amount, or of what: `50%`.
    package let label: String
    package let unit: Unit
    package let estimate: Estimate
    /// A verdict's interval: 95% for "better", 90% for one-sided tests.
    package let confidence: Double
    /// How often the first beats the second, of differences between runs.
    package var wins: WinProbability?
    /// Exact two-sided sign-flip p over the pairs of runs.
    package var signFlip: Double?
    /// Share of test pictures that the two networks answer differently, mean over the seeds.
    package var churn: Double?
    /// What cannot be judged by it, and why; it is shown all the same.
    package var refusal: Refusal?

    package init(
        label: String, unit: Unit, estimate: Estimate, confidence: Double = 0.95,
        wins: WinProbability? = nil, signFlip: Double? = nil, churn: Double? = nil,
        refusal: Refusal? = nil
    ) {
        (self.label, self.unit, self.estimate) = (label, unit, estimate)
        (self.confidence, self.wins, self.signFlip) = (confidence, wins, signFlip)
        (self.churn, self.refusal) = (churn, refusal)
    }

    package var interval: Interval? { estimate.interval(confidence) }

    /// `50%: -0.4 [-2.1, +1.3], n = 6`.
    package var text: String {
        let shown = unit == .share ? estimate.scaled(by: 100) : estimate
        let number = shown.text(
            confidence, digits: 1, signed: unit == .points)
        let n = estimate.n > 1 ? ", n = \(estimate.n)" : ""
        return (label.isEmpty ? "" : "\(label): ") + number + n
    }
}
