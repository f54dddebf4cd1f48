import Foundation

/// An interval that holds the true value with the stated confidence.
package struct Interval: Sendable, Codable, Equatable {
    package let low: Double
    package let high: Double

    package init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// What several measurements of one thing say: mean, sample standard deviation, n, 95% interval.
package struct Summary: Sendable, Codable, Equatable {
    package let n: Int
    /// Not a number for no measurements.
    package let mean: Double
    /// Sample standard deviation (n - 1); `nil` for fewer than two.
    package let deviation: Double?
    /// 95% interval of the mean, mean +- t_{0.975, n-1} s / sqrt n; `nil` for fewer than two.
    package let interval: Interval?

    package init(_ values: [Double]) {
        n = values.count
        guard n > 0 else {
            (mean, deviation, interval) = (.nan, nil, nil)
            return
        }
        let mean = values.reduce(0, +) / Double(n)
        self.mean = mean
        guard n > 1 else {
            (deviation, interval) = (nil, nil)
            return
        }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(n - 1)).squareRoot()
        let reach =
            StudentT(degrees: Double(n - 1)).quantile(0.975) * deviation
            / Double(n).squareRoot()
        self.deviation = deviation
        interval = Interval(low: mean - reach, high: mean + reach)
    }

    /// Of `after - before`, measurement by measurement: the same seeds, split and start.
    package init(paired after: [Double], minus before: [Double]) {
        precondition(after.count == before.count, "paired measurements come in pairs")
        self.init(zip(after, before).map { $0 - $1 })
    }

    /// The same in percentage points instead of fractions.
    package init(scaled fractions: Summary) {
        n = fractions.n
        mean = fractions.mean * 100
        deviation = fractions.deviation.map { $0 * 100 }
        interval = fractions.interval.map { Interval(low: $0.low * 100, high: $0.high * 100) }
    }

    private init(n: Int, mean: Double, deviation: Double?, interval: Interval?) {
        (self.n, self.mean, self.deviation, self.interval) = (n, mean, deviation, interval)
    }

    /// This mean less that of `other`, measured independently: Welch's interval. `n` is the smaller
    /// of the two, and there is no deviation.
    package func difference(from other: Summary) -> Summary {
        let least = min(n, other.n)
        guard let a = deviation, let b = other.deviation, a + b > 0 else {
            return Summary(n: least, mean: mean - other.mean, deviation: nil, interval: nil)
        }
        let (u, v) = (a * a / Double(n), b * b / Double(other.n))
        let degrees =
            (u + v) * (u + v)
            / (u * u / Double(n - 1) + v * v / Double(other.n - 1))
        let reach = StudentT(degrees: degrees).quantile(0.975) * (u + v).squareRoot()
        let middle = mean - other.mean
        return Summary(
            n: least, mean: middle, deviation: nil,
            interval: Interval(low: middle - reach, high: middle + reach))
    }

    /// `-3.4 [-3.9, -2.9]`; `-3.4 (n = 1)` for one measurement and `none` for none.
    package func text(digits: Int = 1, signed: Bool = false) -> String {
        guard n > 0 else { return "none" }
        func shown(_ value: Double) -> String { Decimals.text(value, digits, signed) }
        guard let interval else { return "\(shown(mean)) (n = 1)" }
        return "\(shown(mean)) [\(shown(interval.low)), \(shown(interval.high))]"
    }
}
