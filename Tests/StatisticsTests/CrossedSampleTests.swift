import Core
import Testing

@testable import Statistics

@Suite struct CrossedSampleTests {
    @Test func estimatesAreNumPys() throws {
        for row in try SciPyFixture.load().crossed {
            var sample = CrossedSample()
            for cell in row.cells {
                // Pictures of -1, 0 and 1 that sum to the cell's.
                for picture in 0..<cell.count {
                    let value = picture < abs(cell.sum) ? Double(cell.sum.signum()) : 0
                    sample.add(seed: cell.seed, group: cell.group, value: value)
                }
            }
            let estimate = sample.estimate
            #expect(abs(estimate.mean - row.mean) < 1e-12)
            #expect(abs(try #require(sample.variance(by: \.group)) - row.byGroup) < 1e-12)
            #expect(abs(try #require(sample.variance(by: \.seed)) - row.bySeed) < 1e-12)
            #expect(abs(try #require(estimate.error) - row.error) < 1e-12)
            #expect(abs(try #require(estimate.degrees) - row.degrees) < 1e-8)
            let interval = try #require(estimate.interval())
            #expect(abs(interval.low - row.interval[0]) < 1e-8)
            #expect(abs(interval.high - row.interval[1]) < 1e-8)
        }
    }

    /// The closed form against what it is the limit of: a cluster bootstrap, done the slow way.
    @Test func variancesAreThoseOfTheClusterBootstrap() throws {
        let sample = StudySimulation(seeds: 6, people: 60, accuracy: 0.5, loss: 0.05, seed: 4)
            .difference()
        let clusters: [(name: String, of: (CrossedSample.Cell) -> Int)] = [
            ("groups", \.group), ("seeds", \.seed),
        ]
        for (name, cluster) in clusters {
            let keys = Set(sample.cells.map(cluster)).sorted()
            var random = SplitMix64(seed: 8)
            let means = (0..<4000).map { _ in
                var weights: [Int: Double] = [:]
                for _ in keys {
                    weights[keys[Int(random.next(below: UInt64(keys.count)))], default: 0] += 1
                }
                var (sum, count) = (0.0, 0.0)
                for cell in sample.cells {
                    let weight = weights[cluster(cell)] ?? 0
                    sum += weight * cell.sum
                    count += weight * Double(cell.count)
                }
                return sum / count
            }
            let deviation = try #require(Summary(means).deviation)
            let k = Double(keys.count)
            let closed = try #require(sample.variance(by: cluster)) * (k - 1) / k
            #expect(abs(deviation / closed.squareRoot() - 1) < 0.06, "\(name)")
        }
    }

    @Test func oneSeedOrOneGroupHasNoError() {
        var sample = CrossedSample()
        #expect(sample.estimate.n == 0)
        for value in [1.0, 0, 1] { sample.add(seed: 0, group: 0, value: value) }
        #expect(sample.estimate.error == nil)
        sample.add(seed: 1, group: 0, value: 1)
        #expect(sample.estimate.error == nil)
        sample.add(seed: 1, group: 1, value: 1)
        #expect(sample.estimate.error != nil)
        #expect(sample.estimate.n == 2)
        #expect(sample.estimate.groups == 2)
        #expect(sample.estimate.pictures == 5)
    }

    /// 1000 studies a setting in which A and B do alike: their 95% interval leaves out 0 in about 5%,
    /// whether seeds, people or neither make pictures go right and wrong together.
    @Test(arguments: [(0.0, 0.0), (0.03, 0.0), (0.0, 0.15), (0.06, 0.15)])
    func noDifferenceIsCalledOneInFivePercent(_ spread: (seeds: Double, people: Double)) throws {
        let calls = try (0..<1000).count { study in
            let simulation = StudySimulation(
                seeds: 6, people: 75, accuracy: 0.5, loss: 0, seedSpread: spread.seeds,
                personSpread: spread.people, seed: UInt64(study))
            let interval = try #require(simulation.difference().estimate.interval())
            return !interval.contains(0)
        }
        // Binomial: at 5%, 1000 studies have at most 68 calls in 99.5% of cases.
        #expect(calls <= 68, "\(spread): \(calls)")
        #expect(calls >= 10, "\(spread): \(calls), too careful to be of use")
    }
}
