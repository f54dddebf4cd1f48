import Statistics

/// Whether the data bears out a statement.
package enum Verdict: String, Sendable, Codable, CaseIterable {
    /// The whole interval lies on the statement's side.
    case supported
    /// The whole interval lies on the other side.
    case contradicted
    /// The interval reaches both sides.
    case undecided
    /// There is nothing to judge by: no such runs, or one run without an interval.
    case untested

    /// Judges a statement that needs several to hold: one that fails is enough against it.
    package init(all verdicts: [Verdict]) {
        if verdicts.isEmpty || verdicts.contains(.untested) {
            self = .untested
        } else if verdicts.contains(.contradicted) {
            self = .contradicted
        } else {
            self = verdicts.allSatisfy { $0 == .supported } ? .supported : .undecided
        }
    }

    /// Judges "the value is at least `threshold`".
    package init(_ interval: Interval?, atLeast threshold: Double) {
        guard let interval else {
            self = .untested
            return
        }
        self =
            interval.low >= threshold
            ? .supported : interval.high < threshold ? .contradicted : .undecided
    }

    /// Judges "the value is under `threshold`".
    package init(_ interval: Interval?, under threshold: Double) {
        guard let interval else {
            self = .untested
            return
        }
        self =
            interval.high < threshold
            ? .supported : interval.low >= threshold ? .contradicted : .undecided
    }
}
