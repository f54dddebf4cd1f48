import Models
import Testing
import Torch

@testable import Pruning

@Suite struct MasksTests {
    private let mask = try? LayerMask(
        name: "conv1.weight", shape: [2, 1, 1, 2], bytes: [1, 0, 0, 1])

    @Test func prunedWeightsBecomePlusZeroAndTheOthersKeepTheirBits() throws {
        let bits: [UInt32] = [0x8000_0000, 0xbf80_0000, 0x7fc0_0001, 0x7fc0_0002]
        let state = try singleLayer(bits.map { Float(bitPattern: $0) }, shape: [2, 1, 1, 2])
        try Masks([#require(mask)]).apply(to: state)
        let found = try state.require("conv1.weight").values(Float.self).map(\.bitPattern)
        #expect(found == [0x8000_0000, 0, 0, 0x7fc0_0002])
    }

    @Test func channelsLastWeightsAreMaskedByPositionNotByMemory() throws {
        let shape = [2, 3, 2, 2]
        let values = (1...24).map(Float.init)
        let bytes = (0..<24).map { UInt8($0 % 5 == 0 ? 0 : 1) }
        var state = StateDictionary()
        state["w"] = try Tensor(values, shape).channelsLast()
        let masks = try Masks([LayerMask(name: "w", shape: shape, bytes: bytes)])
        #expect(try masks.violations(in: state).map(\.count) == [5])
        try masks.apply(to: state)
        let found = try state.require("w")
        #expect(found.isChannelsLast && !found.isContiguous)
        #expect(try found.values() == zip(values, bytes).map { $0 * Float($1) })
        #expect(try masks.violations(in: state).isEmpty)
    }

    /// Sabotage: one leaking weight, a negative zero and a NaN are each found and named.
    @Test(arguments: [Float.leastNonzeroMagnitude, -0.0, .nan, 1])
    func aMaskThatLeaksByOneWeightIsFound(_ leak: Float) throws {
        let state = try tinyState()
        let masks = try PruningMethod.named("percentile").masks(
            for: Model(.resnet18, state))
        try masks.apply(to: state)
        #expect(try masks.violations(in: state).isEmpty)
        let name = "layer3.1.conv2.weight"
        let at = try #require(masks[name]?.bytes.lastIndex(of: 0))
        try setBits(state.require(name), at: at) { _ in leak.bitPattern }
        let found = try masks.violations(in: state)
        #expect(found == [MaskViolation(name: name, count: 1, first: at)])
        #expect(found[0].description.contains("layer3.1.conv2.weight: 1 pruned weight is not zero"))
    }

    @Test func densitiesAreExactAndQuotedOverConvolutions() throws {
        let masks = try Masks([
            #require(mask),
            LayerMask(name: "fc.weight", shape: [1, 3], bytes: [1, 0, 0]),
            LayerMask(name: "bn1.bias", shape: [2], bytes: [1, 1]),
            LayerMask(name: "conv2.weight", shape: [1, 1, 1, 1], bytes: [1]),
        ])
        #expect(masks.density == Density(kept: 3, total: 5))
        #expect(masks.density.pruned == 2)
        #expect(masks.density(of: .classifier) == Density(kept: 1, total: 3))
        #expect(masks.density(of: .channel).fraction == 1)
        #expect(try Masks([]).density == Density(kept: 0, total: 0))
        #expect(masks["conv1.weight"]?.density.fraction == 0.5)
        #expect(masks["conv9.weight"] == nil)
    }

    @Test func intersectionKeepsWhatBothKeepAndWhatOnlyOneMasks() throws {
        let a = try Masks([
            #require(mask), LayerMask(name: "x", shape: [1], bytes: [0]),
        ])
        let b = try Masks([
            LayerMask(name: "y", shape: [1], bytes: [1]),
            LayerMask(name: "conv1.weight", shape: [2, 1, 1, 2], bytes: [1, 1, 0, 0]),
        ])
        let both = try a.intersection(b)
        #expect(both.layers.map(\.name) == ["conv1.weight", "x", "y"])
        #expect(both.layers.map(\.bytes) == [[1, 0, 0, 0], [0], [1]])
        let other = try Masks([LayerMask(name: "x", shape: [2], bytes: [0, 1])])
        #expect(throws: PruningError.self) { try a.intersection(other) }
    }

    @Test func tensorsComeBackAsTheSameMasks() throws {
        let state = try tinyState(.resnet50)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: Model(.resnet50, state), options: .init(angle: 85))
        #expect(masks.density(of: .channel).pruned > 0)
        let tensors = try masks.tensors()
        #expect(tensors.entries.allSatisfy { $0.tensor.dtype == .float32 })
        #expect(try Masks(tensors: tensors) == masks)
        let bytes = try StateDictionary(
            tensors.entries.map { ($0.name, try $0.tensor.to(dtype: .uint8)) })
        #expect(try Masks(tensors: bytes) == masks)
        let placed = try StateDictionary(
            tensors.entries.map {
                ($0.name, $0.tensor.rank == 4 ? try $0.tensor.channelsLast() : $0.tensor)
            })
        #expect(try Masks(tensors: placed) == masks)
    }

    @Test func damagedMasksAreRefused() throws {
        let bad: [Tensor] = try [
            Tensor([0, 2] as [UInt8], [2]), Tensor([0, 0.5] as [Float], [2]),
            Tensor([1, .nan] as [Float], [2]), Tensor([0, 256] as [Float], [2]),
            Tensor([0, 1] as [Int64], [2]),
        ]
        for tensor in bad {
            var tensors = StateDictionary()
            tensors["conv1.weight"] = tensor
            let error = #expect(throws: PruningError.self) { try Masks(tensors: tensors) }
            #expect(error?.description.contains("'conv1.weight'") == true)
        }
        let twice = try LayerMask(name: "a", shape: [1], bytes: [1])
        #expect(throws: PruningError.self) { try Masks([twice, twice]) }
        #expect(throws: PruningError.self) { try LayerMask(name: "a", shape: [3], bytes: [0, 1]) }
        #expect(throws: PruningError.self) {
            try LayerMask(name: "a", shape: [Int.max, 2], bytes: [0, 1])
        }
        #expect(throws: PruningError.self) {
            try LayerMask(name: "a", shape: [-1, -2], bytes: [0, 1])
        }
    }

    @Test func masksThatDoNotFitChangeNothing() throws {
        let state = try singleLayer([1, 2, 3, 4], shape: [2, 1, 1, 2])
        let stray = try Masks([
            #require(mask), LayerMask(name: "absent", shape: [1], bytes: [0]),
        ])
        let error = #expect(throws: PruningError.self) { try stray.apply(to: state) }
        #expect(error?.description == "the masks name 'absent', which the network does not have")
        let reshaped = try Masks([
            LayerMask(name: "conv1.weight", shape: [4, 1, 1, 1], bytes: [0, 0, 0, 0])
        ])
        #expect(throws: PruningError.self) { try reshaped.apply(to: state) }
        #expect(throws: PruningError.self) { try reshaped.violations(in: state) }
        #expect(try state.require("conv1.weight").values() as [Float] == [1, 2, 3, 4])
    }
}
