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

    /// Whether the whole 95% interval lies above guessing: over pictures and runs, or of a single run
    /// over its pictures (Wilson).
    package var isBeaten: Bool {
        if let interval = unpruned.interval() { return interval.low > rate }
        guard let pictures = unpruned.pictures, pictures > 0, unpruned.n == 1 else { return false }
        let right = Int((unpruned.mean / 100 * Double(pictures)).rounded())
        return (Proportion(count: right, of: pictures).wilson()?.low).map { 100 * $0 > rate }
            ?? false
    }

    package var text: String {
        "the unpruned network is right on \(unpruned.text())% of the pictures, where guessing among "
            + "\(classes) classes is right on \(rate.formatted(digits: 1))%"
    }
}
