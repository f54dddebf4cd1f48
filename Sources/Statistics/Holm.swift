/// Many tests at once (Holm 1979): the chance of one or more wrong rejections stays under the level,
/// whatever the tests have to do with each other.
package enum Holm {
    /// The p of each test after correction: sorted ascending, the i-th (from 0) of m is multiplied by
    /// m - i, is at least the one before it, and at most 1.
    package static func adjusted(_ p: [Double]) -> [Double] {
        let order = p.indices.sorted { (p[$0], $0) < (p[$1], $1) }
        var adjusted = p
        var least = 0.0
        for (rank, index) in order.enumerated() {
            least = max(least, min(1, p[index] * Double(p.count - rank)))
            adjusted[index] = least
        }
        return adjusted
    }
}
