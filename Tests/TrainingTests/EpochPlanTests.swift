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

    /// Every picture once, in order, no step too large by more than one, and none of one picture but where
    /// nothing else is possible.
    @Test func aSinglePictureJoinsTheStepBeforeIt() {
        for count in 0...40 {
            for size in 1...20 {
                let ranges = EpochPlan.batches(of: size, count: count)
                #expect(ranges.flatMap(Array.init) == Array(0..<count), "\(count) \(size)")
                #expect(ranges.allSatisfy { $0.count <= size + 1 })
                if size > 1, count > 1 { #expect(ranges.allSatisfy { $0.count > 1 }) }
                if count % size != 1 { #expect(ranges.allSatisfy { $0.count <= size }) }
            }
        }
    }
}
