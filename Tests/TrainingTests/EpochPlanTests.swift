import Datasets
import Testing

@testable import Training

@Suite struct EpochPlanTests {
    /// The numbers are those of SplitMix64, Lemire's bounded draws and Fisher-Yates written down in Python:
    /// a seed means the same order whatever the standard library does.
    @Test func anEpochsOrderIsFixedBySeedAndEpoch() {
        let samples = (0..<10).map { Sample(picture: $0) }
        let order = EpochPlan(samples, seed: 1, epoch: 0).order.map(\.picture)
        #expect(order == [1, 6, 4, 7, 2, 8, 0, 5, 9, 3])
        #expect(order != EpochPlan(samples, seed: 1, epoch: 1).order.map(\.picture))
        #expect(order != EpochPlan(samples, seed: 2, epoch: 0).order.map(\.picture))
    }
}
