import Core
import Models
import Testing
import Torch

@testable import Pruning

@Suite struct RandomPruningTests {
    @Test func numbersMatchTheReference() throws {
        let fixture = try Fixture.load().generator
        var plain = SplitMix64(seed: 1_234_567)
        #expect(fixture.plain == fixture.plain.map { _ in String(plain.next()) })
        var named = SplitMix64(seed: 11, name: "layer1.0.conv1.weight")
        #expect(fixture.named == fixture.named.map { _ in String(named.next()) })
        let bounds: [UInt64] = [1, 2, 3, 10, 1000, (1 << 63) - 1, 7, 7, 7]
        #expect(fixture.below == bounds.map { named.next(below: $0) })
        #expect(named.next(below: 0) == 0)
    }

    @Test func masksMatchTheReference() throws {
        for layer in try Fixture.load().selections {
            for expected in layer.masks {
                let found = try maskBytes(
                    "random", layer.values.map(Float.init), shape: layer.shape, name: layer.name,
                    .init(amount: expected.amount, seed: 11))
                #expect(found == expected.random, "\(layer.name) \(expected.amount)")
            }
        }
    }

    @Test(arguments: Scope.allCases)
    func eachLayerLosesAsManyAsWithPercentile(_ scope: Scope) throws {
        let state = try tinyState()
        try setBits(state.require("conv1.weight"), at: 7) { _ in 0 }
        let layers = try Architecture.resnet18.prunableWeights()
        for amount in [0, 0.3, 0.9, 1] {
            let options = PruningSettings(amount: amount, scope: scope, seed: 4)
            let random = try PruningMethod.named("random").masks(
                for: state, layers: layers, options: options, channels: residualChannels)
            let percentile = try PruningMethod.named("percentile").masks(
                for: state, layers: layers, options: options, channels: residualChannels)
            #expect(random.layers.map(\.kept) == percentile.layers.map(\.kept))
            #expect(amount == 0 || amount == 1 || random != percentile)
            #expect(random["conv1.weight"]?.bytes[7] == 0)
        }
    }

    @Test func theSameSeedGivesTheSameMaskWhateverElseIsPruned() throws {
        let state = try tinyState()
        let method = try PruningMethod.named("random")
        let name = "layer2.0.conv2.weight"
        let options = PruningSettings(amount: 0.5, seed: 9)
        let all = try method.masks(
            for: Model(.resnet18, state), options: options)
        let alone = try method.masks(for: state, layers: [name], options: options)
        #expect(all[name] == alone[name])
        let other = try method.masks(for: state, layers: [name], options: .init(seed: 10))
        #expect(other[name] != alone[name])
        let twin = "layer2.1.conv1.weight"
        #expect(all[twin]?.shape == all[name]?.shape)
        #expect(all[twin]?.bytes != all[name]?.bytes)
    }

    /// Each weight goes equally often: 6000 draws of 2 out of 5, each within 5 deviations of 2400.
    @Test func everyWeightIsEquallyLikely() throws {
        let layer = try LayerWeights(name: "w", shape: [6, 1, 1, 1], values: [1, 2, 0, 3, 4, 5])
        var gone = [Int](repeating: 0, count: 6)
        for seed in 0..<6000 as Range<UInt64> {
            var generator = SplitMix64(seed: seed, name: "w")
            let mask = try WeightChoice.mask(layer, pruning: 2, &generator)
            #expect(mask.kept == 3)
            for index in 0..<6 where mask.bytes[index] == 0 { gone[index] += 1 }
        }
        #expect(gone[2] == 6000)
        for index in [0, 1, 3, 4, 5] { #expect(abs(gone[index] - 2400) < 190) }
    }
}
