/// How many answers two networks give differently on the same pictures, whatever is right: two
/// networks of equal accuracy may still disagree on a third of them (Milani Fard et al. 2016, Launch and
/// iterate: reducing prediction churn).
package enum Churn {
    /// The share of pictures answered differently, 0 to 1; nil for no pictures or lists that differ in
    /// length.
    package static func share(_ a: [Int], _ b: [Int]) -> Double? {
        guard a.count == b.count, !a.isEmpty else { return nil }
        return Double(zip(a, b).count { $0 != $1 }) / Double(a.count)
    }
}
