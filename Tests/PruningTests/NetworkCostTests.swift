import Models
import Testing
import Torch

@testable import Pruning

@Suite struct NetworkCostTests {
    @Test func torchvisionAndPyTorchsCounterAgree() throws {
        for expected in try Fixture.load().costs {
            let state = try StateDictionary(
                try expected.architecture.tensors(classes: expected.classes).map {
                    ($0.name, try .ones($0.shape))
                })
            let cost = try NetworkCost(
                Model(expected.architecture, state), height: expected.height,
                width: expected.width)
            #expect(cost.parameters == expected.parameters)
            #expect(cost.macs == expected.macs)
            #expect(cost.nonzeroParameters == cost.parameters)
            #expect(cost.nonzeroMACs == cost.macs)
        }
    }

    @Test func zerosAreCountedLayerByLayer() throws {
        let state = try tinyState()
        let dense = try NetworkCost(Model(.resnet18, state), height: 64, width: 48)
        let masks = try PruningMethod.named("percentile").masks(
            for: Model(.resnet18, state),
            options: .init(amount: 0.75))
        try masks.apply(to: state)
        let sparse = try NetworkCost(Model(.resnet18, state), height: 64, width: 48)
        #expect(sparse.macs == dense.macs && sparse.parameters == dense.parameters)
        for (before, after) in zip(dense.layers, sparse.layers) {
            #expect(before.name == after.name)
            guard let mask = masks["\(after.name).weight"] else {
                #expect(before == after)
                continue
            }
            #expect(after.nonzeroParameters == mask.kept)
            #expect(after.nonzeroMACs * mask.bytes.count == after.macs * mask.kept)
        }
        let savings = Savings(from: dense, to: sparse)
        #expect(savings.compression == 1 && savings.speedup == 1)
        #expect(savings.theoreticalCompression > 3 && savings.theoreticalCompression < 4)
        #expect(savings.theoreticalSpeedup > 3.9 && savings.theoreticalSpeedup < 4)
    }

    /// One layer by hand: layer2.0's convolutions on a 64x48 picture.
    @Test func aLayerByHand() throws {
        let cost = try NetworkCost(Model(.resnet18, tinyState()), height: 64, width: 48)
        let layer = { name in cost.layers.first { $0.name == name } }
        // 64x48 -> 32x24 (stem) -> 16x12 (pool) -> 8x6 (layer2).
        #expect(layer("conv1")?.macs == 4 * 3 * 49 * 32 * 24)
        #expect(layer("layer2.0.conv1")?.macs == 8 * 4 * 9 * 8 * 6)
        #expect(layer("layer2.0.downsample.0")?.macs == 8 * 4 * 8 * 6)
        #expect(layer("layer2.1.conv2")?.macs == 8 * 8 * 9 * 8 * 6)
        #expect(
            layer("layer2.0.bn1")
                == LayerCost(
                    name: "layer2.0.bn1", parameters: 16, nonzeroParameters: 16, macs: 0,
                    nonzeroMACs: 0))
        #expect(layer("fc")?.macs == 3 * 32)
        #expect(layer("fc")?.parameters == 3 * 32 + 3)
    }

    @Test(arguments: [Architecture.resnet18, .resnet50])
    func aCompactNetworkCostsLess(_ architecture: Architecture) throws {
        let state = try tinyState(architecture)
        let original = try NetworkCost(Model(architecture, state), height: 64, width: 64)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: Model(architecture, state), options: .init(angle: 80))
        try masks.apply(to: state)
        let small = try Compaction(Model(architecture, state, masks: masks.tensors()))
        let cost = try NetworkCost(small.model, height: 64, width: 64)
        let savings = Savings(from: original, to: cost)
        #expect(savings.compression > 1 && savings.speedup > 1)
        #expect(savings.theoreticalCompression >= savings.compression)
        let numbers = small.model.state.entries.filter { $0.tensor.dtype == .float32 }
            .filter { !$0.name.contains("running") }.map(\.tensor.count)
        #expect(cost.parameters == numbers.reduce(0, +))
    }

    @Test func unusableSizesAndShapesAreRefused() throws {
        let state = try tinyState()
        for (height, width) in [(0, 64), (64, -1), (Int.max, 64)] {
            #expect(throws: PruningError.self) {
                try NetworkCost(Model(.resnet18, state), height: height, width: width)
            }
        }
        #expect(try NetworkCost(Model(.resnet18, state), height: 1, width: 1).macs > 0)
        #expect(throws: NetworkError.self) {
            try NetworkCost(Model(.resnet34, state), height: 64, width: 64)
        }
    }
}
