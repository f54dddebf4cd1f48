import Core

/// How often A beats B over what varies between runs (Bouthillier et al. 2021, Accounting for variance
/// in machine learning benchmarks): the share of pairs that A wins, a tie counting half.
package struct WinProbability: Sendable, Codable, Equatable {
    /// Pairs of runs.
    package let n: Int
    package let value: Double
    /// 95%, by resampling pairs (percentiles); nil for fewer than two pairs.
    package let interval: Interval?

    /// Resamples of the pairs.
    package static let resamples = 2000

    /// - Parameter differences: A less B, pair by pair; nil for none.
    package init?(_ differences: [Double]) {
        guard !differences.isEmpty else { return nil }
        let wins = differences.map { $0 > 0 ? 1 : $0 == 0 ? 0.5 : 0 }
        n = wins.count
        value = wins.reduce(0, +) / Double(n)
        interval = n > 1 ? Self.bootstrap(wins) : nil
    }

    private static func bootstrap(_ wins: [Double]) -> Interval {
        var random = SplitMix64(seed: 0, name: "win probability")
        let means = (0..<resamples).map { _ in
            let sum = wins.indices.reduce(0.0) { sum, _ in
                sum + wins[Int(random.next(below: UInt64(wins.count)))]
            }
            return sum / Double(wins.count)
        }.sorted()
        return Percentiles.interval(means, confidence: 0.95)
    }

    /// `P(A > B) 0.83 [0.50, 1.00]`.
    package var text: String {
        let share = Decimals.text(value, 2, false)
        guard let interval else { return "P(A > B) \(share)" }
        return "P(A > B) \(share) [\(Decimals.text(interval.low, 2, false)), "
            + "\(Decimals.text(interval.high, 2, false))]"
    }
}

/// Intervals of resampled values.
enum Percentiles {
    /// What the middle `confidence` of sorted values spans, by linear interpolation (NumPy's default).
    static func interval(_ sorted: [Double], confidence: Double) -> Interval {
        Interval(
            low: quantile(sorted, (1 - confidence) / 2),
            high: quantile(sorted, (1 + confidence) / 2))
    }

    /// - Parameter sorted: ascending, at least one.
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let low = Int(place.rounded(.down))
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}
