import Foundation
import Testing

@testable import Datasets

@Suite struct AugmentationPolicyTests {
    @Test func wordsAreThoseOfNumPysPhilox() throws {
        func words(_ text: [String]) throws -> [UInt64] {
            try text.map { try #require(UInt64($0)) }
        }
        let blocks = try AugmentationFixture.load().philox
        #expect(blocks.count == 3)
        for expected in blocks {
            let key = try words(expected.key)
            let generator = CounterGenerator(key: (key[0], key[1]))
            let block = generator.block(SIMD4(try words(expected.counter)))
            #expect(block == SIMD4(try words(expected.block)))
        }
        #expect(CounterGenerator.unit(.max) < 1)
        #expect(CounterGenerator.unit(0) == 0)
    }

    @Test func aVariationIsAFunctionOfItsSample() {
        let policy = AugmentationPolicy()
        let samples = (0..<60).map {
            AugmentationPolicy.Sample(seed: UInt64($0 % 2), picture: $0 / 2 % 5, epoch: $0 / 10)
        }
        let forwards = samples.map(policy.variation)
        let backwards = samples.reversed().map(policy.variation)
        #expect(forwards == backwards.reversed())
        // With p = 0.5 each, one in sixteen is the picture itself; no others may agree.
        let moved = forwards.filter { $0.warps || $0.contrast != 1 }
        #expect(moved.count > 30)
        #expect(Set(moved).count == moved.count)
    }

    @Test func fixedModeKeepsThePictureAndRepeatsItsCopies() {
        let policy = AugmentationPolicy.asPaper
        #expect(policy.copies == 3)
        for picture in 0..<20 {
            let first = (0..<3).map {
                policy.variation(.init(seed: 9, picture: picture, copy: $0, epoch: 0))
            }
            let later = (0..<3).map {
                policy.variation(.init(seed: 9, picture: picture, copy: $0, epoch: 17))
            }
            #expect(first == later)
            #expect(first[0] == .none)
        }
        let copies = (0..<20).flatMap { picture in
            (1...2).map { policy.variation(.init(seed: 9, picture: picture, copy: $0)) }
        }.filter { $0.warps || $0.contrast != 1 }
        #expect(Set(copies).count == copies.count)
        #expect(AugmentationPolicy(.fresh).copies == 1)
    }

    @Test func numbersFollowTheirProbabilitiesAndLimits() {
        let policy = AugmentationPolicy()
        let count = 4000
        let all = (0..<count).map { policy.variation(.init(seed: 2, picture: $0)) }
        let shares = [
            all.count { $0.flips }, all.count { $0.warps }, all.count { $0.blur > 1 },
            all.count { $0.contrast != 1 },
        ].map { Double($0) / Double(count) }
        // Five standard deviations of a share of 4000 coin tosses.
        for share in shares { #expect(abs(share - 0.5) < 0.04) }
        #expect(Set(all.map(\.blur)) == [1, 3, 5, 7])
        for size in [3, 5, 7] {
            let share = Double(all.count { $0.blur == size }) / Double(count)
            #expect(abs(share - 1.0 / 6) < 0.03)
        }
        let warped = all.filter(\.warps)
        func spread(_ values: [Double], _ low: Double, _ high: Double) {
            let middle = (low + high) / 2
            #expect(values.allSatisfy { (low...high).contains($0) })
            #expect((values.min() ?? middle) < low + (high - low) * 0.01)
            #expect((values.max() ?? middle) > high - (high - low) * 0.01)
            let average = values.reduce(0, +) / Double(values.count)
            #expect(abs(average - middle) < (high - low) * 0.035)
        }
        spread(warped.map(\.degrees), -45, 45)
        spread(warped.map(\.scale), 0.9, 1.1)
        spread(warped.map(\.shift.x), -0.0625, 0.0625)
        spread(warped.map(\.shift.y), -0.0625, 0.0625)
        let toned = all.filter { $0.contrast != 1 }
        spread(toned.map(\.contrast), 0.8, 1.2)
        spread(toned.map(\.brightness), -0.2, 0.2)
    }

    @Test func oneProbabilityMovesNoOtherNumber() {
        let policy = AugmentationPolicy()
        var sharp = policy
        sharp.blurProbability = 0
        for picture in 0..<50 {
            var expected = policy.variation(.init(seed: 4, picture: picture))
            expected.blur = 1
            #expect(sharp.variation(.init(seed: 4, picture: picture)) == expected)
        }
    }

    @Test func probabilityZeroChangesNothing() {
        var policy = AugmentationPolicy()
        policy.flipProbability = 0
        policy.shiftScaleRotateProbability = 0
        policy.blurProbability = 0
        policy.brightnessContrastProbability = 0
        for epoch in 0..<50 {
            #expect(policy.variation(.init(seed: 0, picture: 0, epoch: epoch)) == .none)
        }
    }

    @Test func itSurvivesJSON() throws {
        for policy in [AugmentationPolicy.asPaper, AugmentationPolicy(.fresh)] {
            let data = try JSONEncoder().encode(policy)
            #expect(try JSONDecoder().decode(AugmentationPolicy.self, from: data) == policy)
            try policy.check()
        }
    }

    @Test func badLimitsAreRefused() {
        let changes: [(inout AugmentationPolicy) -> Void] = [
            { $0.flipProbability = 1.1 }, { $0.blurProbability = .nan }, { $0.shiftLimit = -0.1 },
            { $0.scaleLimit = 1 }, { $0.rotateLimit = 181 }, { $0.brightnessLimit = .infinity },
            { $0.contrastLimit = 2 }, { $0.blurLimit = [3] }, { $0.blurLimit = [5, 3] },
            { $0.blurLimit = [3, 6] }, { $0.blurLimit = [3, 33] }, { $0.mode = .fixed(copies: 0) },
        ]
        for change in changes {
            var policy = AugmentationPolicy()
            change(&policy)
            #expect(throws: DatasetError.self) { try policy.check() }
        }
    }
}
