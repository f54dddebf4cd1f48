import Core
import Testing

@testable import Statistics

/// Tests of differences, of many at once, and shares of wins.
@Suite struct PairedTests {
    @Test func signFlipsAreSciPys() throws {
        for row in try SciPyFixture.load().signFlips {
            let p = try #require(SignFlip.p(row.differences))
            #expect(abs(p - row.p) < 1e-12, "\(row.differences)")
        }
        #expect(SignFlip.p([]) == nil)
    }

    /// A slow plain version: every combination of signs.
    @Test func signFlipsAreThePlainCount() throws {
        var random = SplitMix64(seed: 5)
        for n in 1...10 {
            let values = (0..<n).map { _ in Double(random.next(below: 9)) - 3 }
            let observed = abs(values.reduce(0, +))
            let hits = (0..<(1 << n)).count { signs in
                let sum = values.indices.reduce(0.0) {
                    $0 + (signs >> $1 & 1 == 0 ? values[$1] : -values[$1])
                }
                return abs(sum) >= observed - 1e-12
            }
            #expect(SignFlip.p(values) == Double(hits) / Double(1 << n))
        }
    }

    /// What the rule of six pairs rests on.
    @Test func fivePairsCannotReachFivePercent() {
        #expect(SignFlip.p([1, 1, 1]) == 0.25)
        #expect(SignFlip.p([1, 2, 3, 4, 5]) == 0.0625)
        #expect(SignFlip.p([1, 2, 3, 4, 5, 6]) == 0.03125)
    }

    @Test func manyDifferencesAreDrawn() throws {
        let even = (0..<200).map { $0.isMultiple(of: 2) ? 1.0 : -1 }
        #expect(try #require(SignFlip.p(even)) == 1)
        #expect(try #require(SignFlip.p(even.map { $0 + 1 })) < 1e-4)
        // Close to the normal's two-sided p for sum 28 of 200 signs: 0.047.
        let some = (0..<200).map { $0 < 114 ? 1.0 : -1 }
        #expect(abs(try #require(SignFlip.p(some)) - 0.056) < 0.01)
    }

    /// Holm's correction is the closed test of Bonferroni's: over all sets that a test is in.
    @Test func holmIsTheClosedTest() {
        var random = SplitMix64(seed: 2)
        for n in 1...7 {
            let p = (0..<n).map { _ in Double(random.next(below: 1000)) / 4000 }
            let closed = p.indices.map { index in
                (1..<(1 << n)).filter { $0 >> index & 1 == 1 }.map { set in
                    let inside = p.indices.filter { set >> $0 & 1 == 1 }.map { p[$0] }
                    return min(1, Double(inside.count) * (inside.min() ?? 1))
                }.max() ?? 1
            }
            for (a, b) in zip(Holm.adjusted(p), closed) { #expect(abs(a - b) < 1e-15) }
        }
        #expect(Holm.adjusted([]) == [])
    }

    @Test func winsCountTiesHalf() throws {
        #expect(WinProbability([]) == nil)
        let one = try #require(WinProbability([2]))
        #expect(one.value == 1)
        #expect(one.interval == nil)
        #expect(try #require(WinProbability([1, -1, 0, 3])).value == 0.625)
    }

    /// Against all n^n resamples.
    @Test func winIntervalsAreThoseOfAllResamples() throws {
        let wins = [1.0, 1, 1, 0, 1, 0]
        let n = wins.count
        var means: [Double] = []
        for code in 0..<46656 {
            var (rest, sum) = (code, 0.0)
            for _ in 0..<n {
                sum += wins[rest % n]
                rest /= n
            }
            means.append(sum / Double(n))
        }
        let exact = Percentiles.interval(means.sorted(), confidence: 0.95)
        let found = try #require(WinProbability(wins.map { $0 == 1 ? 2 : -2 })?.interval)
        #expect(abs(found.low - exact.low) < 1e-9)
        #expect(abs(found.high - exact.high) < 1e-9)
    }

    @Test func quantilesAreNumPys() throws {
        let fixture = try SciPyFixture.load()
        for row in fixture.quantiles {
            #expect(abs(Percentiles.quantile(fixture.sorted, row[0]) - row[1]) < 1e-12)
        }
    }

    @Test func churnIsTheShareOfAnswersThatChanged() {
        #expect(Churn.share([1, 2, 3, 4], [1, 0, 3, 0]) == 0.5)
        #expect(Churn.share([1], [1, 2]) == nil)
        #expect(Churn.share([], []) == nil)
    }
}
