import Testing

@testable import Core

struct SplitMix64Tests {
    /// The reference sequence of SplitMix64 for seed 1234567 (Vigna's splitmix64.c).
    @Test func isSplitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect((0..<5).map { _ in generator.next() } == expected)
    }

    @Test func drawsEvenlyWithinTheBound() {
        var generator = SplitMix64(seed: 3)
        for bound in [1, 2, 3, 7, 10] {
            var counts = [Int](repeating: 0, count: bound)
            for _ in 0..<2000 * bound { counts[generator.index(below: bound)] += 1 }
            #expect(counts.allSatisfy { abs($0 - 2000) < 250 })
        }
    }

    /// A slow plain form of every order, draw by draw.
    @Test func theOrdersAreThoseThatWereRecorded() {
        for count in 0..<20 {
            let values = Array(0..<count)
            var (a, b) = (SplitMix64(seed: 5), SplitMix64(seed: 5))
            var front = values
            for first in 0..<max(0, count - 1) {
                front.swapAt(first, first + Int(b.next(below: UInt64(count - first))))
            }
            #expect(a.shuffled(values) == front)
            var back = values
            for last in (0..<count).reversed() where last > 0 {
                back.swapAt(last, Int(b.next(below: UInt64(last + 1))))
            }
            #expect(a.shuffledFromBack(values) == back)
            var packed = values.map(UInt32.init)
            packed.withUnsafeMutableBufferPointer { a.shufflePacked($0) }
            #expect(packed.sorted() == values.map(UInt32.init))
            #expect(a.next() == advanced(&b, by: count / 2))
        }
    }

    /// The number after `draws` others.
    private func advanced(_ generator: inout SplitMix64, by draws: Int) -> UInt64 {
        for _ in 0..<draws { _ = generator.next() }
        return generator.next()
    }

    @Test func everyOrderOfThreeIsAsLikely() {
        var generator = SplitMix64(seed: 8)
        var counts: [[[Int]: Int]] = [[:], [:]]
        for _ in 0..<6000 {
            counts[0][generator.shuffled([0, 1, 2]), default: 0] += 1
            counts[1][generator.shuffledFromBack([0, 1, 2]), default: 0] += 1
        }
        for found in counts {
            #expect(found.count == 6)
            #expect(found.values.allSatisfy { abs($0 - 1000) < 150 })
        }
    }

    /// Streams of one seed, and names, have nothing in common; equal ones are equal.
    @Test func streamsAndNamesAreApart() {
        var all = [
            SplitMix64(seed: 6), SplitMix64(seed: 6, stream: 0), SplitMix64(seed: 6, stream: 1),
            SplitMix64(seed: 7, stream: 0), SplitMix64(seed: 6, name: ""),
            SplitMix64(seed: 6, name: "a"),
        ]
        let firsts = all.indices.map { all[$0].next() }
        #expect(Set(firsts).count == firsts.count)
        var again = SplitMix64(seed: 6, stream: 1)
        #expect(again.next() == firsts[2])
    }
}
