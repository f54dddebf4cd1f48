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
    /// Of a share of runs: how many of how many, whose tests are exact.
    package var proportion: Proportion?

    package init(
        label: String, unit: Unit, estimate: Estimate, confidence: Double = 0.95,
        wins: WinProbability? = nil, signFlip: Double? = nil, churn: Double? = nil,
        refusal: Refusal? = nil
    ) {
        (self.label, self.unit, self.estimate) = (label, unit, estimate)
        (self.confidence, self.wins, self.signFlip) = (confidence, wins, signFlip)
        (self.churn, self.refusal) = (churn, refusal)
    }

    /// A share of runs, with its exact 95% interval and tests.
    package init(label: String, share: Proportion) {
        self.init(
            label: label, unit: .share,
            estimate: Estimate(n: share.n, mean: share.share, error: nil, degrees: nil))
        proportion = share
    }

    package var interval: Interval? {
        proportion.map(\.interval) ?? estimate.interval(confidence)
    }

    /// How likely a number this high is, if the true one were `threshold`; nil without an error.
    package func pAbove(_ threshold: Double) -> Double? {
        proportion.map { $0.pAbove(threshold) } ?? estimate.pAbove(threshold)
    }

    /// How likely a number this low is, if the true one were `threshold`.
    package func pBelow(_ threshold: Double) -> Double? {
        proportion.map { $0.pBelow(threshold) } ?? estimate.pBelow(threshold)
    }

    /// `50%: -0.4 [-2.1, +1.3], n = 6`.
    package var text: String {
        let number = proportion.map(Self.text) ?? estimate.text(confidence, signed: unit == .points)
        let n = estimate.n > 1 ? ", n = \(estimate.n)" : ""
        return (label.isEmpty ? "" : "\(label): ") + number + n
    }

    private static func text(_ share: Proportion) -> String {
        guard let interval = share.interval else { return "none" }
        let numbers = [share.share, interval.low, interval.high].map {
            (100 * $0).formatted(digits: 1)
        }
        return "\(numbers[0])% [\(numbers[1]), \(numbers[2])]"
    }
}
