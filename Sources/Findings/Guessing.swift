import Statistics

/// What the unpruned network does against what guessing would.
package struct Guessing: Sendable, Codable, Equatable {
    package let classes: Int
    /// What always naming the most frequent class is right on, in percent; 100 / classes where classes
    /// are even or unknown.
    package let rate: Double
    /// Accuracy of the unpruned network in percent.
    package let unpruned: Estimate

    package init(classes: Int, rate: Double, unpruned: Estimate) {
        (self.classes, self.rate, self.unpruned) = (classes, rate, unpruned)
    }

    /// Whether the whole 95% interval lies above guessing. A single run has no interval and is never
    /// clearly better.
    package var isBeaten: Bool { (unpruned.interval()?.low).map { $0 > rate } ?? false }

    package var text: String {
        "the unpruned network is right on \(unpruned.text())% of the pictures, where guessing among "
            + "\(classes) classes is right on \(rate.formatted(digits: 1))%"
    }
}
