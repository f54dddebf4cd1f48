import Core
import Testing

@testable import Datasets

struct GroupAllocatorTests {
    /// Every allocation of up to six groups, tried one by one.
    private func best(_ allocator: GroupAllocator, parts: Int) -> Double {
        let groups = allocator.histograms.count
        var best = Double.infinity
        var total = 1
        for _ in 0..<groups { total *= parts }
        for code in 0..<total {
            var rest = code
            let allocation = (0..<groups).map { _ -> Int in
                defer { rest /= parts }
                return rest % parts
            }
            best = min(best, plainCost(allocator, allocation, parts))
        }
        return best
    }

    private func plainCost(_ allocator: GroupAllocator, _ parts: [Int], _ count: Int) -> Double {
        var cost = 0.0
        for part in 0..<count {
            for (column, target) in allocator.targets[part].enumerated() {
                let pictures = parts.indices.filter { parts[$0] == part }
                    .reduce(0) { $0 + allocator.histograms[$1][column] }
                cost += (Double(pictures) - target) * (Double(pictures) - target) / max(target, 1)
            }
        }
        return cost
    }

    @Test func comesCloseToTheBestOfAllAllocations() {
        var generator = SplitMix64(seed: 11)
        var exact = 0
        let rounds = 40
        for round in 0..<rounds {
            let shares: [Double] = round % 2 == 0 ? [0.8, 0.2] : [0.7, 0.1, 0.2]
            let histograms = (0..<4 + generator.index(below: 3)).map { _ in
                (0..<3).map { _ in generator.index(below: 6) }
            }
            let allocator = GroupAllocator(histograms: histograms, shares: shares)
            let parts = allocator.allocate(&generator)
            let cost = plainCost(allocator, parts, shares.count)
            #expect(abs(cost - allocator.cost(parts)) < 1e-9)
            let optimum = best(allocator, parts: shares.count)
            #expect(cost <= optimum * 1.5 + 2)
            if cost <= optimum + 1e-9 { exact += 1 }
        }
        #expect(exact >= rounds * 8 / 10, "only \(exact) of \(rounds) were optimal")
    }

    @Test func manySmallGroupsGiveTheWantedShares() {
        var generator = SplitMix64(seed: 2)
        let histograms = (0..<600).map { _ in (0..<7).map { _ in generator.index(below: 2) } }
        let shares = [0.8, 0.1, 0.1]
        let allocator = GroupAllocator(histograms: histograms, shares: shares)
        let parts = allocator.allocate(&generator)
        for part in 0..<3 {
            for label in 0..<7 {
                let count = parts.indices.filter { parts[$0] == part }
                    .reduce(0) { $0 + histograms[$1][label] }
                #expect(abs(Double(count) - allocator.targets[part][label]) <= 2)
            }
        }
    }
}
