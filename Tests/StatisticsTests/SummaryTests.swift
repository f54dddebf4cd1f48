import Foundation
import Testing

@testable import Statistics

/// SciPy's numbers, written by Tests/Fixtures/make/perceptron_statistics.py.
private struct SciPy: Decodable {
    struct Sample: Decodable {
        let values: [Double]
        let mean: Double
        let deviation: Double
        let interval: [Double]
    }
    struct Welch: Decodable {
        let a: [Double]
        let b: [Double]
        let interval: [Double]
    }
    let welch: [Welch]
    let t: [[Double]]
    let beta: [[Double]]
    let samples: [Sample]
    let proportions: [[Double]]

    static func load() throws -> SciPy {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/perceptron/statistics.json")
        return try JSONDecoder().decode(SciPy.self, from: Data(contentsOf: file))
    }
}

@Suite struct SummaryTests {
    @Test func quantilesOfTAreSciPys() throws {
        for row in try SciPy.load().t {
            let t = StudentT(degrees: row[0]).quantile(row[1])
            #expect(abs(t - row[2]) <= 1e-9 * max(1, row[2]), "\(row)")
        }
    }

    @Test func theBetaFunctionIsSciPys() throws {
        for row in try SciPy.load().beta {
            let value = incompleteBeta(row[0], row[1], row[2])
            #expect(abs(value - row[3]) <= 1e-12, "\(row)")
            if value > 1e-9, value < 1 - 1e-9 {
                let back = inverseIncompleteBeta(value, row[1], row[2])
                #expect(abs(incompleteBeta(back, row[1], row[2]) - value) < 1e-12)
            }
        }
    }

    @Test func summariesAreSciPys() throws {
        for sample in try SciPy.load().samples {
            let summary = Summary(sample.values)
            #expect(summary.n == sample.values.count)
            #expect(abs(summary.mean - sample.mean) < 1e-9)
            #expect(abs((summary.deviation ?? 0) - sample.deviation) < 1e-9)
            let interval = try #require(summary.interval)
            #expect(abs(interval.low - sample.interval[0]) < 1e-8)
            #expect(abs(interval.high - sample.interval[1]) < 1e-8)
        }
    }

    @Test func proportionsAreSciPys() throws {
        for row in try SciPy.load().proportions {
            let interval = try #require(Proportion(count: Int(row[0]), of: Int(row[1])).interval)
            #expect(abs(interval.low - row[2]) < 1e-9)
            #expect(abs(interval.high - row[3]) < 1e-9)
        }
    }

    @Test func welchIntervalsAreSciPys() throws {
        for pair in try SciPy.load().welch {
            let difference = Summary(pair.a).difference(from: Summary(pair.b))
            let interval = try #require(difference.interval)
            #expect(abs(interval.low - pair.interval[0]) < 1e-8)
            #expect(abs(interval.high - pair.interval[1]) < 1e-8)
            #expect(difference.n == min(pair.a.count, pair.b.count))
        }
        #expect(Summary([1, 2]).difference(from: Summary([3])).interval == nil)
    }

    @Test func oneMeasurementHasNoInterval() {
        let one = Summary([12.5])
        #expect(one.interval == nil)
        #expect(one.deviation == nil)
        #expect(one.text() == "12.5 (n = 1)")
        #expect(Summary([]).text() == "none")
        #expect(Proportion(count: 0, of: 0).interval == nil)
    }

    @Test func differencesArePaired() {
        let before = [10.0, 20, 30, 40], after = [9.0, 18, 29, 38]
        let change = Summary(paired: after, minus: before)
        #expect(change.mean == -1.5)
        #expect(change == Summary([-1, -2, -1, -2]))
        #expect(change.text(signed: true) == "-1.5 [-2.4, -0.6]")
        #expect(Summary([0.01, 0.02, -0.03]).text(signed: true) == "0.0 [-0.1, +0.1]")
    }
}
