import Foundation

/// How many of n trials went one way, with the exact 95% interval of their share
/// (Clopper & Pearson 1934).
package struct Proportion: Sendable, Codable, Equatable {
    package let count: Int
    package let n: Int
    /// `nil` for no trials.
    package let interval: Interval?

    package init(count: Int, of n: Int) {
        self.count = count
        self.n = n
        guard n > 0 else {
            interval = nil
            return
        }
        let (k, all) = (Double(count), Double(n))
        interval = Interval(
            low: count == 0 ? 0 : inverseIncompleteBeta(0.025, k, all - k + 1),
            high: count == n ? 1 : inverseIncompleteBeta(0.975, k + 1, all - k))
    }

    /// Not a number for no trials.
    package var share: Double { n == 0 ? .nan : Double(count) / Double(n) }

    /// How likely so many or more are, if the true share were `share` (exact, one-sided): P(X >= k) =
    /// I_share(k, n - k + 1).
    package func pAbove(_ share: Double) -> Double {
        count == 0 ? 1 : incompleteBeta(share, Double(count), Double(n - count + 1))
    }

    /// How likely so many or fewer are, if the true share were `share`.
    package func pBelow(_ share: Double) -> Double {
        count == n ? 1 : 1 - incompleteBeta(share, Double(count + 1), Double(n - count))
    }

    /// Wilson's score interval (1927): shorter than the exact one, right on average; nil for no
    /// trials.
    ///
    /// - Parameter confidence: 0.95 for the usual one.
    package func wilson(_ confidence: Double = 0.95) -> Interval? {
        guard n > 0 else { return nil }
        let z = normalQuantile(0.5 + confidence / 2)
        let all = Double(n)
        let middle = (share + z * z / (2 * all)) / (1 + z * z / all)
        let reach =
            z / (1 + z * z / all)
            * (share * (1 - share) / all + z * z / (4 * all * all)).squareRoot()
        return Interval(
            low: count == 0 ? 0 : middle - reach, high: count == n ? 1 : middle + reach)
    }
}

/// The z that a share of the standard normal distribution lies under, 0 < share < 1.
package func normalQuantile(_ share: Double) -> Double {
    if share < 0.5 { return -normalQuantile(1 - share) }
    // By bisection on the upper tail, erfc(z / sqrt 2) / 2, which keeps its digits far out.
    var (low, high) = (0.0, 40.0)
    while true {
        let middle = (low + high) / 2
        if middle <= low || middle >= high { return middle }
        if erfc(middle / 2.0.squareRoot()) / 2 > 1 - share { low = middle } else { high = middle }
    }
}
