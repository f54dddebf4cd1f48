import Foundation

/// A value with how far off it may be: Student's t with `degrees` degrees of freedom, in units of
/// `error`.
package struct Estimate: Sendable, Codable, Equatable {
    /// Independent repetitions behind it: pairs of runs (seeds) of a difference, runs of a level.
    package let n: Int
    /// Not a number for no measurements.
    package let mean: Double
    /// Standard error; nil for one measurement.
    package let error: Double?
    /// Degrees of freedom of `error`; nil with it.
    package let degrees: Double?
    /// Groups (people, films) and pictures behind it; nil where only the runs' means are known.
    package var groups: Int?
    package var pictures: Int?

    package init(n: Int, mean: Double, error: Double?, degrees: Double?) {
        (self.n, self.mean, self.error, self.degrees) = (n, mean, error, degrees)
    }

    /// Of independent measurements: s / sqrt n with n - 1 degrees of freedom.
    package init(_ summary: Summary) {
        n = summary.n
        mean = summary.mean
        error = summary.deviation.map { $0 / Double(summary.n).squareRoot() }
        degrees = summary.n > 1 ? Double(summary.n - 1) : nil
    }

    package init(_ values: [Double]) { self.init(Summary(values)) }

    /// The interval that holds the true value with a confidence, 0 < confidence < 1; nil for one
    /// measurement.
    package func interval(_ confidence: Double = 0.95) -> Interval? {
        guard let error, let degrees else { return nil }
        let reach = StudentT(degrees: degrees).quantile(0.5 + confidence / 2) * error
        return Interval(low: mean - reach, high: mean + reach)
    }

    /// How likely an estimate this high is, if the true value were `threshold` (one-sided p); nil
    /// for one measurement.
    package func pAbove(_ threshold: Double) -> Double? {
        guard let error, let degrees else { return nil }
        if error == 0 { return mean > threshold ? 0 : 1 }
        return StudentT(degrees: degrees).upperTail((mean - threshold) / error)
    }

    /// How likely an estimate this low is, if the true value were `threshold`.
    package func pBelow(_ threshold: Double) -> Double? {
        guard let error, let degrees else { return nil }
        if error == 0 { return mean < threshold ? 0 : 1 }
        return StudentT(degrees: degrees).upperTail((threshold - mean) / error)
    }

    /// Every number times `factor` > 0: 100 makes points of fractions.
    package func scaled(by factor: Double) -> Estimate {
        var scaled = Estimate(
            n: n, mean: mean * factor, error: error.map { $0 * factor }, degrees: degrees)
        (scaled.groups, scaled.pictures) = (groups, pictures)
        return scaled
    }

    /// `-0.4 [-2.1, +1.3]`; `-0.4 (n = 1)` for one measurement and `none` for none.
    package func text(
        _ confidence: Double = 0.95, digits: Int = 1, signed: Bool = false
    ) -> String {
        guard n > 0 else { return "none" }
        let middle = Decimals.text(mean, digits, signed)
        guard let interval = interval(confidence) else { return "\(middle) (n = \(n))" }
        return "\(middle) [\(Decimals.text(interval.low, digits, signed)), "
            + "\(Decimals.text(interval.high, digits, signed))]"
    }
}

extension Estimate {
    /// The mean alone, rounded.
    package func middle(digits: Int = 1, signed: Bool = false) -> String {
        n == 0 ? "none" : Decimals.text(mean, digits, signed)
    }
}

/// Numbers as tables show them.
enum Decimals {
    /// Rounded to `digits`; a zero has no sign.
    static func text(_ value: Double, _ digits: Int, _ signed: Bool) -> String {
        let text = String(format: "%.\(digits)f", value)
        let isZero = !text.contains { "123456789".contains($0) }
        if isZero { return text.replacingOccurrences(of: "-", with: "") }
        return signed && value > 0 ? "+" + text : text
    }
}
