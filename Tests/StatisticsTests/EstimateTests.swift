import Testing

@testable import Statistics

@Suite struct EstimateTests {
    @Test func oneSidedTestsAreSciPys() throws {
        for row in try SciPyFixture.load().oneSided {
            let estimate = Estimate(row.values)
            let (above, below) = (
                try #require(estimate.pAbove(row.threshold)),
                try #require(estimate.pBelow(row.threshold))
            )
            #expect(abs(above - row.above) < 1e-9)
            #expect(abs(below - row.below) < 1e-9)
            let interval = try #require(estimate.interval(0.90))
            #expect(abs(interval.low - row.interval90[0]) < 1e-8)
            #expect(abs(interval.high - row.interval90[1]) < 1e-8)
        }
    }

    @Test func tailsAreSciPys() throws {
        for row in try SciPyFixture.load().tails {
            let tail = StudentT(degrees: row[0]).upperTail(row[1])
            #expect(abs(tail - row[2]) <= 1e-9 * max(row[2], 1e-3), "\(row)")
        }
    }

    @Test func wilsonsIntervalsAreSciPys() throws {
        for row in try SciPyFixture.load().wilson {
            let proportion = Proportion(count: Int(row[0]), of: Int(row[1]))
            let interval = try #require(proportion.wilson(row[2]))
            #expect(abs(interval.low - row[3]) < 1e-9, "\(row)")
            #expect(abs(interval.high - row[4]) < 1e-9, "\(row)")
        }
        for row in try SciPyFixture.load().normal {
            #expect(abs(normalQuantile(row[0]) - row[1]) < 1e-8, "\(row)")
        }
    }

    /// The interval and the test say the same: 5% one-sided where the 90% interval ends.
    @Test func intervalsEndWhereTheTestDoes() throws {
        let estimate = Estimate([1.0, 3, 2, 5, 4, 1])
        let interval = try #require(estimate.interval(0.90))
        #expect(abs(try #require(estimate.pAbove(interval.low)) - 0.05) < 1e-9)
        #expect(abs(try #require(estimate.pBelow(interval.high)) - 0.05) < 1e-9)
    }

    @Test func whatDoesNotVaryIsCertain() {
        let same = Estimate([2.0, 2, 2])
        #expect(same.pAbove(1.9) == 0)
        #expect(same.pAbove(2) == 1)
        #expect(same.pBelow(1.9) == 1)
        #expect(same.interval() == Interval(low: 2, high: 2))
    }

    @Test func oneMeasurementTestsNothing() {
        let one = Estimate([4.0])
        #expect(one.interval() == nil && one.pAbove(0) == nil && one.pBelow(0) == nil)
        #expect(one.text() == "4.0 (n = 1)")
        #expect(Estimate([]).text() == "none")
    }

    @Test func pointsAreAHundredTimesFractions() {
        let points = Estimate([0.01, 0.03]).scaled(by: 100)
        #expect(abs(points.mean - 2) < 1e-12)
        #expect(points.text(signed: true) == Estimate([1.0, 3]).text(signed: true))
    }
}
