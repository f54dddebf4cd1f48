import Core
import Datasets

/// The order of the samples in one epoch: a function of seed and epoch alone, so that a resumed run goes
/// on exactly as an undisturbed one.
struct EpochPlan {
    let order: [Sample]

    init(_ samples: [Sample], seed: UInt64, epoch: Int) {
        var generator = SplitMix64(seed: seed, name: "epoch \(epoch)")
        order = generator.shuffled(samples)
    }
}
