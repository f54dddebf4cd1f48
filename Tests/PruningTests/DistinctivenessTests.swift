import Core
import Foundation
import Models
import Testing
import Torch

@testable import Pruning

@Suite struct DistinctivenessTests {
    private static let bounds: [Double] = [0, 1, 30, 45, 50, 60, 90, 120, 180]

    /// The angle as defined, in plain loops.
    private static func angle(_ a: [Float], _ b: [Float]) -> Double? {
        var (dot, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            dot += Double(x) * Double(y)
            aa += Double(x) * Double(x)
            bb += Double(y) * Double(y)
        }
        guard aa > 0, bb > 0 else { return nil }
        return acos(max(-1, min(1, dot / (aa.squareRoot() * bb.squareRoot())))) * 180 / .pi
    }

    /// Of each pair under the bound, the later goes.
    private static func oracle(_ rows: [[Float]], _ bound: Double) -> [Int] {
        var removed: Set<Int> = []
        for i in rows.indices {
            for j in rows.indices where i < j {
                if let angle = angle(rows[i], rows[j]), angle < bound { removed.insert(j) }
            }
        }
        return removed.sorted()
    }

    /// Pairs by angle, the later of each two that are both still there, until enough are gone.
    private static func orderOracle(_ rows: [[Float]], _ count: Int) -> Set<Int> {
        var pairs: [(angle: Double, i: Int, j: Int)] = []
        for i in rows.indices {
            for j in rows.indices where i < j {
                if let angle = angle(rows[i], rows[j]) { pairs.append((angle, i, j)) }
            }
        }
        var removed: Set<Int> = []
        for pair in pairs.sorted(by: { ($0.angle, $0.i, $0.j) < ($1.angle, $1.i, $1.j) })
        where removed.count < count && removed.isDisjoint(with: [pair.i, pair.j]) {
            removed.insert(pair.j)
        }
        return removed
    }

    /// Filters of random weights, whose angles all differ, in every count.
    @Test func mergingOrderMatchesPlainLoops() throws {
        var generator = SplitMix64(seed: 3)
        for size in 1...9 {
            let rows = (0..<size).map { _ in
                (0..<5).map { _ in Float(generator.next(below: 2001)) - 1000 }
            }
            let angles = try FilterAngles("conv1.weight", in: Self.state(rows))
            for count in 0...size {
                let found = angles.merged(count)
                #expect(
                    Set(found.map(\.filter)) == Self.orderOracle(rows, count), "\(rows) \(count)")
                #expect(found.count == min(count, size - 1))
                #expect(found.map(\.angle) == found.map(\.angle).sorted())
                #expect(found.allSatisfy { $0.angle > 0 })
            }
        }
        // Equal filters go first, the later ones; one that is all zero has no direction.
        let same: [[Float]] = [[1, 0], [0, 1], [2, 0], [0, 0], [0, 3]]
        let angles = try FilterAngles("conv1.weight", in: Self.state(same))
        #expect(angles.merged(1).map(\.filter).sorted() == [2])
        #expect(angles.merged(2).map(\.filter).sorted() == [2, 4])
        #expect(angles.merged(9).map(\.filter).sorted() == [1, 2, 4])
    }

    /// One convolution with its batch norm.
    private static func state(_ rows: [[Float]]) throws -> StateDictionary {
        var state = try singleLayer(rows.flatMap { $0 }, shape: [rows.count, rows[0].count, 1, 1])
        state["bn1.weight"] = try .ones([rows.count])
        state["bn1.bias"] = try .ones([rows.count])
        return state
    }

    /// Every layer of up to three filters of two weights out of {-1, 0, 1, 1e-30}, and some of four
    /// and five: equal, opposite, perpendicular, tiny and zero filters in every order. No bound is
    /// one of their angles.
    @Test func everySmallLayerMatchesPlainLoops() throws {
        let filters = everyList(of: [-1, 0, 1, 1e-30], count: 2)
        var layers = filters.map { [$0] }
        for _ in 1..<3 { layers += layers.flatMap { layer in filters.map { layer + [$0] } } }
        var generator = SplitMix64(seed: 1)
        for size in [4, 5] {
            layers += (0..<100).map { _ in
                (0..<size).map { _ in filters[Int(generator.next(below: 16))] }
            }
        }
        for rows in layers {
            let angles = try FilterAngles("conv1.weight", in: Self.state(rows))
            for bound in [0, 1, 44, 46, 91, 136, 179.99] {
                let expected = Self.oracle(rows, bound)
                #expect(angles.removed(under: bound) == expected, "\(rows) \(bound)")
            }
        }
    }

    @Test func anglesMatchKahansFormula() throws {
        let fixture = try Fixture.load().filters
        let state = try singleLayer(fixture.values.map(Float.init), shape: fixture.shape)
        let angles = try FilterAngles("conv1.weight", in: state)
        #expect(angles.compared == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11])
        for expected in fixture.angles {
            let found = angles.angle(Int(expected[0]), Int(expected[1]))
            let flat = expected[2] < 0.01 || expected[2] > 179.99
            #expect(abs(found - expected[2]) < (flat ? 3e-6 : 1e-10), "\(expected)")
        }
        for (bound, removed) in fixture.removed {
            #expect(try angles.removed(under: #require(Double(bound))) == removed, "\(bound)")
        }
    }

    @Test func wholeFiltersGoWithScaleAndShiftOfTheirBatchNorm() throws {
        let state = try Self.state([[1, 0], [0, 1], [2, 0.1], [0, -1], [0, 0], [0.1, 3]])
        let method = try PruningMethod.named("distinctiveness")
        let masks = try method.masks(
            for: state, layers: ["conv1.weight"], options: .init(angle: 10),
            channels: residualChannels)
        #expect(masks.layers.map(\.name) == ["conv1.weight", "bn1.weight", "bn1.bias"])
        // Filter 4 is zero already: pruned, but not by this method, so its batch norm stays.
        #expect(masks["conv1.weight"]?.bytes == [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0])
        #expect(masks["bn1.weight"]?.bytes == [1, 1, 0, 1, 1, 0])
        #expect(masks["bn1.bias"]?.bytes == [1, 1, 0, 1, 1, 0])
        #expect(masks.density == Density(kept: 3, total: 12))
        #expect(masks.density(of: .channel) == Density(kept: 8, total: 12))
        let none = try method.masks(
            for: state, layers: ["conv1.weight"], options: .init(angle: 0),
            channels: residualChannels)
        #expect(none.layers.map(\.name) == ["conv1.weight"])
    }

    @Test func oneFilterOfEachLayerStaysAt180Degrees() throws {
        let state = try tinyState(.resnet50)
        let layers = try Architecture.resnet50.prunableWeights()
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: state, layers: layers, options: .init(angle: 180), channels: residualChannels)
        for name in layers {
            let mask = try #require(masks[name])
            #expect(mask.kept == mask.shape[1...].reduce(1, *))
            #expect(mask.bytes.prefix(mask.kept).allSatisfy { $0 == 1 })
        }
    }

    @Test func existingMasksTakeFiltersOutOfTheComparison() throws {
        let state = try Self.state([[1, 0], [1, 0.1], [0, 1]])
        let existing = try Masks([
            LayerMask(name: "conv1.weight", shape: [3, 2, 1, 1], bytes: [0, 0, 1, 1, 1, 1])
        ])
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: state, layers: ["conv1.weight"], options: .init(angle: 45), existing: existing,
            channels: residualChannels)
        // The first is gone, so the second has no partner; 1 weight of the third is zero.
        #expect(masks["conv1.weight"]?.bytes == [0, 0, 1, 1, 0, 1])
        #expect(masks["bn1.bias"] == nil)
    }

    @Test func pairsAreTheClosestFirstAndTheHistogramCountsThemAll() throws {
        let state = try tinyState()
        for name in try Architecture.resnet18.prunableWeights() {
            let angles = try FilterAngles(name, in: state)
            let pairs = angles.pairs(under: 180)
            #expect(pairs.map(\.angle) == pairs.map(\.angle).sorted())
            #expect(pairs.count == angles.filters * (angles.filters - 1) / 2)
            #expect(pairs.allSatisfy { $0.first < $0.second && $0.layer == name })
            for bound in Self.bounds {
                let under = Set(angles.pairs(under: bound).map(\.second)).sorted()
                #expect(under == angles.removed(under: bound))
                #expect(angles.density(under: bound).pruned == under.count)
                #expect(angles.density(under: bound).total == angles.filters)
            }
            for width in [5.0, 7, 180] {
                let bins = try angles.histogram(binWidth: width)
                for bin in bins {
                    let inside = pairs.count { $0.angle >= bin.lower && $0.angle < bin.upper }
                    #expect(bin.count == inside)
                }
                #expect(bins.last?.upper == 180)
            }
        }
        let angles = try FilterAngles("conv1.weight", in: state)
        for width in [0, -5, .nan, 400] {
            #expect(throws: PruningError.self) { try angles.histogram(binWidth: width) }
        }
        let opposite = try FilterAngles("conv1.weight", in: Self.state([[1, 0], [-1, 0]]))
        #expect(try opposite.histogram().last?.count == 1)
    }

    @Test func aLinearLayerStaysWholeAndAnUnknownOneIsRefused() throws {
        let state = try tinyState()
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: state, layers: ["fc.weight"], options: .init(angle: 180))
        #expect(masks["fc.weight"]?.density.pruned == 0)
        let unknown = try singleLayer([1, 1], name: "stem.weight")
        let error = #expect(throws: PruningError.self) {
            try PruningMethod.named("distinctiveness").masks(for: unknown, layers: ["stem.weight"])
        }
        #expect(error?.description.contains("batch norm") == true)
    }

    @Test(arguments: [-1, 181, .nan])
    func anglesOutsideTheRangeAreRefused(_ angle: Double) {
        let error = #expect(throws: PruningError.self) {
            try maskBytes("distinctiveness", [1, 2], .init(angle: angle))
        }
        #expect(error?.description.contains("0 to 180") == true)
    }
}
