import Core

/// The paired sign-flip test (Fisher 1935): if A and B do alike, each difference could as well have
/// had the other sign.
package enum SignFlip {
    /// Most differences of which every combination of signs is tried.
    package static let mostExact = 20
    /// Combinations drawn at random beyond that.
    package static let draws = 100_000

    /// Two-sided p of "the mean difference is 0": the share of the 2^n combinations of signs whose sum
    /// is at least as far from 0. The smallest possible is 2 / 2^n: 0.25 at n = 3, 0.031 at n = 6.
    ///
    /// Above `mostExact` differences, combinations are drawn, and p = (hits + 1) / (draws + 1)
    /// (Phipson & Smyth 2010), from a fixed seed. nil for no differences.
    package static func p(_ differences: [Double]) -> Double? {
        guard !differences.isEmpty else { return nil }
        let observed = abs(differences.reduce(0, +))
        // Sums that are equal on paper may differ in their last bits.
        let bound = observed - 1e-9 * differences.reduce(0) { $0 + abs($1) }
        if differences.count > mostExact { return drawn(differences, bound) }
        // The first sign is fixed: a combination and its opposite are equally far from 0.
        let combinations = 1 << (differences.count - 1)
        var sum = differences.reduce(0, +)
        var signs = differences.map { _ in 1.0 }
        var hits = abs(sum) >= bound ? 1 : 0
        for step in 1..<max(combinations, 1) {
            // Gray code: one sign changes a step.
            let flipped = 1 + step.trailingZeroBitCount
            sum -= 2 * signs[flipped] * differences[flipped]
            signs[flipped].negate()
            if abs(sum) >= bound { hits += 1 }
        }
        return Double(hits) / Double(combinations)
    }

    private static func drawn(_ differences: [Double], _ bound: Double) -> Double {
        var random = SplitMix64(seed: 0, name: "sign flips")
        var hits = 0
        for _ in 0..<draws {
            var sum = 0.0
            var bits: UInt64 = 0
            for (index, value) in differences.enumerated() {
                if index.isMultiple(of: 64) { bits = random.next() }
                sum += bits & 1 == 0 ? value : -value
                bits >>= 1
            }
            if abs(sum) >= bound { hits += 1 }
        }
        return Double(hits + 1) / Double(draws + 1)
    }
}
