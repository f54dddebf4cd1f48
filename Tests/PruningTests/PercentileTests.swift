import Core
import Models
import Testing
import Torch

@testable import Pruning

@Suite struct PercentileTests {
    /// The definition, by a full sort: `count` candidates of smallest magnitude, ties by index.
    private static func oracle(_ values: [Float], _ count: Int) -> [UInt8] {
        let order = values.indices.filter { values[$0] != 0 }
            .sorted { (abs(values[$0]), $0) < (abs(values[$1]), $1) }
        var mask = values.map { $0 != 0 ? 1 : 0 as UInt8 }
        for index in order.prefix(count) { mask[index] = 0 }
        return mask
    }

    /// Every list of up to four of these values (with ties, both zeros, denormals), every count.
    @Test func everySmallLayerMatchesASort() throws {
        let alphabet: [Float] = [0, -0.0, 1, -1, .leastNonzeroMagnitude, 1.5]
        for size in 0...4 {
            for values in everyList(of: alphabet, count: size) {
                let layer = try LayerWeights(name: "w", shape: [size, 1, 1, 1], values: values)
                for count in 0...layer.candidates {
                    let mask = try WeightChoice.mask(
                        layer, .weights(layer.values), pruning: count)
                    #expect(mask.bytes == Self.oracle(values, count), "\(values) \(count)")
                }
            }
        }
    }

    /// Values that share their leading bits make every pass of the counting work.
    @Test func closeMagnitudesMatchASort() throws {
        var generator = SplitMix64(seed: 3)
        for spread in [3, 1 << 9, 1 << 12, 1 << 21, 1 << 29] as [UInt64] {
            let values = (0..<300).map { _ in
                let sign = generator.next(below: 2) == 0 ? 0 : UInt32(1) << 31
                return Float(
                    bitPattern: (0x3f80_0000 - UInt32(generator.next(below: spread))) | sign)
            }
            let layer = try LayerWeights(name: "w", shape: [300, 1, 1, 1], values: values)
            for count in [0, 1, 2, 149, 150, 298, 299, 300] {
                let mask = try WeightChoice.mask(
                    layer, .weights(layer.values), pruning: count)
                #expect(mask.bytes == Self.oracle(values, count))
                #expect(mask.kept == 300 - count)
            }
        }
    }

    @Test func numpyAndTorchPruneTheSame() throws {
        for layer in try Fixture.load().selections {
            for expected in layer.masks {
                let found = try maskBytes(
                    "percentile", layer.values.map(Float.init), shape: layer.shape,
                    name: layer.name,
                    .init(amount: expected.amount))
                #expect(found == expected.percentile, "\(layer.name) \(expected.amount)")
            }
        }
    }

    @Test func theCountIsTheFloorOfTheDecimalFraction() {
        for count in 0...300 {
            for hundredths in 0...100 {
                let fraction = Double(hundredths) / 100
                let expected = hundredths * count / 100
                #expect(
                    PruningAmount.count(fraction, of: count) == expected, "\(fraction) \(count)")
            }
        }
        #expect(PruningAmount.count(1.0 / 3, of: 9) == 3)
        #expect(PruningAmount.count(0.999, of: 1000) == 999)
        #expect(PruningAmount.count(0.9999, of: 1000) == 999)
    }

    @Test func zeroWeightsAreNoCandidatesAndStayPruned() throws {
        let values: [Float] = [0, 5, -0.0, 1, 2, 3]
        #expect(try maskBytes("percentile", values, .init(amount: 0)) == [0, 1, 0, 1, 1, 1])
        #expect(try maskBytes("percentile", values, .init(amount: 0.5)) == [0, 1, 0, 0, 0, 1])
        #expect(try maskBytes("percentile", values, .init(amount: 1)) == [0, 0, 0, 0, 0, 0])
        #expect(try maskBytes("percentile", [0, 0], .init(amount: 0.5)) == [0, 0])
    }

    /// Pruning half of what is left, twice, leaves a quarter: also when the weights were not zeroed
    /// yet.
    @Test func existingMasksAreKeptAndDoNotCount() throws {
        let values: [Float] = [8, 7, 6, 5, 4, 3, 2, 1]
        let state = try singleLayer(values)
        let method = try PruningMethod.named("percentile")
        let layers = ["conv1.weight"]
        let once = try method.masks(for: state, layers: layers, options: .init(amount: 0.5))
        let twice = try method.masks(
            for: state, layers: layers, options: .init(amount: 0.5), existing: once)
        #expect(twice["conv1.weight"]?.bytes == [1, 1, 0, 0, 0, 0, 0, 0])
        try once.apply(to: state)
        let applied = try method.masks(for: state, layers: layers, options: .init(amount: 0.5))
        #expect(applied == twice)
    }

    @Test func globalScopeMatchesOneSortOverAllLayers() throws {
        let state = try tinyState()
        let layers = try Architecture.resnet18.prunableWeights(classifier: true)
        let values = try layers.map { try state.require($0).values(Float.self) }
        let joined = values.flatMap { $0 }
        for amount in [0, 0.1, 0.5, 0.95, 1] {
            let masks = try PruningMethod.named("percentile").masks(
                for: state, layers: layers, options: .init(amount: amount, scope: .global))
            let count = PruningAmount.count(amount, of: joined.count)
            #expect(masks.layers.flatMap(\.bytes) == Self.oracle(joined, count))
        }
    }

    @Test func globalTiesGoToTheEarlierLayer() throws {
        var state = try singleLayer([1, 2], name: "a")
        state["b"] = try Tensor([1, 1] as [Float], [2, 1, 1, 1])
        let masks = try PruningMethod.named("percentile").masks(
            for: state, layers: ["b", "a"], options: .init(amount: 0.5, scope: .global))
        #expect(masks.layers.map(\.bytes) == [[0, 0], [1, 1]])
    }

    @Test func weightsThatAreNotFiniteAreRefused() throws {
        for wrong in [Float.nan, .infinity, -.infinity] {
            // Channels are those of whole networks: a tensor alone has none.
            for method in PruningMethod.all where method.criterion.element != .channels {
                let error = #expect(throws: PruningError.self) {
                    try maskBytes(method.name, [1, wrong, 2], .init())
                }
                #expect(error?.description.contains("'conv1.weight'") == true)
                #expect(error?.description.contains("index 1 of 3") == true)
            }
        }
    }

    @Test(arguments: [-0.1, 1.01, 50, .nan, .infinity])
    func amountsOutsideTheRangeAreRefused(_ amount: Double) {
        let error = #expect(throws: PruningError.self) {
            try maskBytes("percentile", [1, 2], .init(amount: amount))
        }
        #expect(error?.description.contains("from 0 to 1") == true)
    }

    /// N of every M along the input channels, against plain loops; an earlier mask counts as gone.
    @Test(arguments: [(2, 4), (1, 4), (3, 8), (1, 2)])
    func patternsLeaveTheLargestOfEveryFew(_ kept: Int, _ of: Int) throws {
        let state = try tinyState()
        let name = "layer2.0.conv1.weight"
        try setBits(state.require(name), at: 7) { _ in 0 }
        let technique = Technique(.magnitude, .pattern(WeightPattern(kept, of: of)))
        let mask = try #require(
            try technique.choose(in: PruningContext(state, layers: [name])).masks[name])
        let (shape, values) = (mask.shape, try state.require(name).values(Float.self))
        let (inputs, taps) = (shape[1], shape[2] * shape[3])
        try #require(inputs == 4)
        for row in 0..<shape[0] {
            for tap in 0..<taps {
                guard inputs >= of else { continue }
                for begin in stride(from: 0, to: inputs, by: of) {
                    let own = (begin..<(begin + of)).map { (row * inputs + $0) * taps + tap }
                    let stays = own.filter { mask.bytes[$0] == 1 }
                    let largest = own.sorted { abs(values[$0]) > abs(values[$1]) }.prefix(kept)
                    #expect(Set(stays) == Set(largest.filter { values[$0] != 0 }))
                }
            }
        }
        if inputs < of { #expect(mask.density.kept == values.count { $0 != 0 }) }
    }

    @Test func patternsThatAreNoneAreRefused() {
        for text in ["4:2", "2", "0:4", "2:2", "a:b", "2:100", "2:4:8", ""] {
            #expect(throws: PruningError.self) { _ = try WeightPattern(text: text) }
        }
        let error = #expect(throws: PruningError.self) {
            try Technique(.l2Norm, .pattern(WeightPattern(2, of: 4)))
                .choose(in: PruningContext(tinyState(), layers: ["layer2.0.conv1.weight"]))
        }
        #expect(error?.description.contains("single weights") == true)
    }
}
