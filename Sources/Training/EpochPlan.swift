import Core
import Datasets

/// The order of the samples in one epoch: a function of seed and epoch alone, so that a resumed run goes
/// on exactly as an undisturbed one.
package struct EpochPlan {
    package let order: [Sample]

    package init(_ samples: [Sample], seed: UInt64, epoch: Int) {
        var generator = SplitMix64(seed: seed, name: "epoch \(epoch)")
        order = generator.shuffled(samples)
    }

    /// The steps of an epoch, as places of its order: of `size` each, the last of what is left.
    ///
    /// One picture that is left joins the step before it: batch norm over one picture whose last feature maps are
    /// 1x1 has no variance, and its running one would become NaN.
    ///
    /// - Parameter least: pictures that a last step must have so as not to join the one before.
    package static func batches(of size: Int, count: Int, least: Int = 2) -> [Range<Int>] {
        var ranges = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
        if ranges.count > 1, ranges[ranges.count - 1].count < min(size, least) {
            ranges.removeLast()
            ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<count
        }
        return ranges
    }
}
