import Testing

@testable import Datasets

struct SeededGeneratorTests {
    /// The reference sequence of SplitMix64 for seed 1234567 (Vigna's splitmix64.c).
    @Test func isSplitMix64() {
        var generator = SeededGenerator(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in generator.next() } == expected)
    }

    @Test func drawsEvenlyWithinTheBound() {
        var generator = SeededGenerator(seed: 3)
        for bound in [1, 2, 3, 7, 10] {
            var counts = [Int](repeating: 0, count: bound)
            for _ in 0..<2000 * bound { counts[generator.below(bound)] += 1 }
            #expect(counts.allSatisfy { abs($0 - 2000) < 250 })
        }
    }

    @Test func everyOrderOfThreeIsAsLikely() {
        var generator = SeededGenerator(seed: 8)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<6000 { counts[generator.shuffled([0, 1, 2]), default: 0] += 1 }
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { abs($0 - 1000) < 150 })
    }

    @Test func sameSeedSameOrder() {
        var a = SeededGenerator(seed: 5)
        var b = SeededGenerator(seed: 5)
        var c = SeededGenerator(seed: 6)
        let values = Array(0..<40)
        let order = a.shuffled(values)
        #expect(order == b.shuffled(values))
        #expect(order != c.shuffled(values) && order.sorted() == values)
    }
}
