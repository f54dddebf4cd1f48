import Randomness

/// The order of the pictures in one epoch, and which are mirrored: a function of seed and epoch alone,
/// so that a resumed run goes on exactly as an undisturbed one.
struct EpochPlan {
    let order: [Int]
    /// Beside `order`; empty when nothing is mirrored.
    let flips: [Bool]

    init(_ indices: [Int], seed: UInt64, epoch: Int, flip: Bool) {
        var generator = SplitMix64(seed: seed, name: "epoch \(epoch)")
        order = indices.shuffled(using: &generator)
        flips = flip ? indices.map { _ in Bool.random(using: &generator) } : []
    }
}
