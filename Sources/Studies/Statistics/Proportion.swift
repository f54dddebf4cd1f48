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
}
