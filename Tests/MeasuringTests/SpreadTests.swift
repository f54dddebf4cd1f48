import Foundation
import Testing

@testable import Measuring

@Suite struct SpreadTests {
    /// A quantile as it is defined: the numbers stand at equal distances from 0 to 1, straight lines between them.
    private func plain(_ share: Double, of values: [Double]) -> Double {
        let sorted = values.sorted()
        guard sorted.count > 1 else { return sorted[0] }
        for index in 0..<(sorted.count - 1) {
            let (left, right) = (
                Double(index) / Double(sorted.count - 1),
                Double(index + 1) / Double(sorted.count - 1)
            )
            if share >= left, share <= right {
                return sorted[index] + (sorted[index + 1] - sorted[index]) * (share - left)
                    / (right - left)
            }
        }
        return .nan
    }

    @Test(arguments: [1, 2, 3, 4, 5, 20, 21, 100])
    func isThePlainVersions(count: Int) throws {
        let values = (0..<count).map { Double(($0 * 7919 + 13) % 101) / 3 }
        let spread = try Spread(values)
        for (found, share) in [
            (spread.median, 0.5), (spread.lowerQuartile, 0.25), (spread.upperQuartile, 0.75),
            (spread.p95, 0.95),
        ] {
            #expect(abs(found - plain(share, of: values)) < 1e-9)
        }
        #expect(spread.count == count)
    }

    /// numpy.percentile([1, 2, 3, 4, 10], [25, 50, 75, 95]).
    @Test func isNumpys() throws {
        let spread = try Spread([10, 1, 3, 2, 4])
        #expect(spread.lowerQuartile == 2 && spread.median == 3 && spread.upperQuartile == 4)
        #expect(abs(spread.p95 - 8.8) < 1e-12)
    }

    @Test func oneStallMovesNoMedian() throws {
        let steady = [Double](repeating: 1, count: 21)
        #expect(try Spread(steady.dropLast() + [900]).median == 1)
        #expect(try Spread(steady.dropLast() + [900]).upperQuartile == 1)
    }

    @Test(arguments: [[], [1, .nan], [.infinity]])
    func whatIsNoMeasurementIsRefused(values: [Double]) {
        #expect(throws: MeasuringError.self) { try Spread(values) }
    }
}
