import Models
import Testing
import Torch

@testable import Pruning

@Suite struct CompactionTests {
    private func outputs(
        _ architecture: Architecture, _ state: StateDictionary, training: Bool = false
    ) throws -> [Float] {
        let x = try Tensor.randn([2, 3, 40, 33], Generator(seed: 4))
        return try Executor(architecture, state.copied()).forward(x, training: training).values()
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).map { abs($0 - $1) / max(1, abs($0)) }.max() ?? .infinity
    }

    @Test(arguments: [Architecture.resnet18, .resnet34, .resnet50], [78.0, 85, 180])
    func theSmallNetworkSaysWhatTheMaskedOneSays(
        _ architecture: Architecture, _ angle: Double
    ) throws {
        let state = try tinyState(architecture)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: Model(architecture, state), options: .init(angle: angle))
        try masks.apply(to: state)
        let before = try state.copied()
        let small = try Compaction(Model(architecture, state, masks: masks.tensors()))
        #expect(try state.isBitwiseEqual(to: before))
        for training in [false, true] {
            let masked = try outputs(architecture, state, training: training)
            let found = try outputs(architecture, small.model.state, training: training)
            #expect(distance(masked, found) < 1e-4)
        }
        #expect(small.model.state.names == state.names)
        let removed = small.layers.map(\.removed).reduce(0, +)
        #expect(removed > 0)
        let cut = try small.model.state.entries.count {
            try $0.tensor.shape != state.require($0.name).shape
        }
        #expect(cut > small.layers.count { $0.removed > 0 })
        let kept = try #require(try small.model.pruningMasks())
        #expect(try kept.violations(in: small.model.state).isEmpty)
    }

    /// The removed rows and columns, by the definition, one number at a time.
    @Test func whatIsLeftIsWhatWasThere() throws {
        let state = try tinyState(.resnet50)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: Model(.resnet50, state), options: .init(angle: 85))
        try masks.apply(to: state)
        let small = try Compaction(Model(.resnet50, state, masks: masks.tensors()))
        let kept = { (name: String, filters: Int) in
            small.kept[name]?[0] ?? Array(0..<filters)
        }
        let path = "layer3.1"
        let rows = kept("\(path).conv2.weight", 16)
        let columns = kept("\(path).conv1.weight", 16)
        #expect(rows.count < 16 && columns.count < 16)
        let old = try state.require("\(path).conv2.weight").values(Float.self)
        let expected = rows.flatMap { row in
            columns.flatMap { column in (0..<9).map { old[(row * 16 + column) * 9 + $0] } }
        }
        let new = try small.model.state.require("\(path).conv2.weight")
        #expect(new.shape == [rows.count, columns.count, 3, 3])
        #expect(try new.values() == expected)
        for part in ["weight", "bias", "running_mean", "running_var"] {
            let old = try state.require("\(path).bn2.\(part)").values(Float.self)
            #expect(
                try small.model.state.require("\(path).bn2.\(part)").values()
                    == rows.map { old[$0] })
        }
        let mask = try #require(try small.model.pruningMasks()?["\(path).conv2.weight"])
        #expect(mask.shape == new.shape && mask.kept == mask.bytes.count)
    }

    @Test func aFilterWhoseBatchNormPutsOutAConstantStays() throws {
        let state = try tinyState()
        let path = "layer1.0"
        try zeroFilters([1, 2, 3], of: "\(path).conv1.weight", in: state)
        // c = bias - mean * weight / sqrt(var + eps): 1 is positive, 2 negative, 3 exactly 0.
        try state.require("\(path).bn1.running_mean").copy_(Tensor([0, -1, 1, 0] as [Float], [4]))
        try state.require("\(path).bn1.bias").copy_(Tensor([0, 0, 0, 0] as [Float], [4]))
        let small = try Compaction(Model(.resnet18, state))
        #expect(small.layers.count == 1)
        #expect(small.layers[0].removed == 2 && small.kept["\(path).conv1.weight"]?[0] == [0, 1])
        #expect(small.layers[0].note == "1 put out a constant that zero padding meets")
        #expect(
            try distance(outputs(.resnet18, state), outputs(.resnet18, small.model.state)) < 1e-5)
    }

    @Test func oneFilterStaysWhenAllAreSilent() throws {
        let state = try tinyState()
        let path = "layer4.1"
        try zeroFilters(Array(0..<32), of: "\(path).conv1.weight", in: state)
        try state.require("\(path).bn1.bias").fill_(0)
        try state.require("\(path).bn1.weight").fill_(0)
        let small = try Compaction(Model(.resnet18, state))
        #expect(small.layers.map(\.removed) == [31])
        #expect(try small.model.state.require("\(path).conv2.weight").shape == [32, 1, 3, 3])
        #expect(
            try distance(outputs(.resnet18, state), outputs(.resnet18, small.model.state)) < 1e-5)
    }

    /// A channel of the residual sum goes when all layers that feed it are silent, and only then.
    @Test func aResidualChannelGoesWhenAllItsLayersAreSilent() throws {
        let state = try tinyState()
        let feeding = ["layer2.0.conv2", "layer2.0.downsample.0", "layer2.1.conv2"]
        let norms = ["layer2.0.bn2", "layer2.0.downsample.1", "layer2.1.bn2"]
        for (name, norm) in zip(feeding, norms) {
            try zeroFilters([0, 3], of: "\(name).weight", in: state)
            for part in ["weight", "bias"] {
                try zeroFilters([0, 3], of: "\(norm).\(part)", in: state)
            }
        }
        // A constant in one of the three.
        try state.require("layer2.1.bn2.bias").narrow(dim: 0, start: 3, length: 1).fill_(1)
        try zeroFilters([1], of: "conv1.weight", in: state)
        let small = try Compaction(Model(.resnet18, state))
        let layer = try #require(small.layers.first { $0.name == "layer2.0.conv2.weight" })
        #expect(layer.removed == 1)
        #expect(layer.note == "1 put out a constant that zero padding meets")
        #expect(try small.model.state.require("layer2.1.conv1.weight").shape == [8, 7, 3, 3])
        #expect(try small.model.state.require("layer3.0.downsample.0.weight").shape[1] == 7)
        let stem = try #require(small.layers.first { $0.name == "conv1.weight" })
        #expect(stem.removed == 0 && stem.note?.contains("summed over") == true)
        #expect(
            try distance(outputs(.resnet18, state), outputs(.resnet18, small.model.state)) < 1e-5)
    }

    /// Where nothing is padded, a constant becomes part of the mean that the next batch norm takes off.
    @Test func aConstantThatMeetsNoPaddingIsFolded() throws {
        let state = try tinyState(.resnet50)
        let path = "layer1.0"
        try zeroFilters([1], of: "\(path).conv2.weight", in: state)
        try state.require("\(path).bn2.bias").narrow(dim: 0, start: 1, length: 1).fill_(2)
        let small = try Compaction(Model(.resnet50, state))
        #expect(small.layers.map(\.removed) == [1])
        #expect(
            try !small.model.state.require("\(path).bn3.running_mean")
                .isBitwiseEqual(to: state.require("\(path).bn3.running_mean")))
        #expect(
            try distance(outputs(.resnet50, state), outputs(.resnet50, small.model.state)) < 1e-5)
    }

    /// Subnormal numbers make products many times slower; a fold leaves none.
    @Test func aFoldLeavesNoSubnormalNumber() throws {
        let state = try tinyState(.resnet50)
        let path = "layer1.0"
        try zeroFilters([1], of: "\(path).conv2.weight", in: state)
        for (name, value) in [("bn2.weight", 0), ("bn2.bias", 1e-38)] {
            try state.require("\(path).\(name)").narrow(dim: 0, start: 1, length: 1).fill_(value)
        }
        try state.require("\(path).bn3.running_mean").fill_(0)
        let small = try Compaction(Model(.resnet50, state))
        #expect(small.layers.map(\.removed) == [1])
        let means = try small.model.state.require("\(path).bn3.running_mean").values(Float.self)
        #expect(means.allSatisfy { $0 == 0 || $0.isNormal })
    }

    @Test func whatIsToBeLeftAloneAndMultiplesAreKept() throws {
        let state = try tinyState()
        for path in ["layer1.0", "layer1.1", "layer4.1"] {
            let filters = path == "layer4.1" ? Array(0..<11) : [0]
            for name in ["conv1.weight", "bn1.weight", "bn1.bias"] {
                try zeroFilters(filters, of: "\(path).\(name)", in: state)
            }
        }
        let model = try Model(.resnet18, state)
        let some = try Compaction(model, options: .init(ignore: ["layer1.0.conv1"]))
        #expect(some.layers.map(\.removed).reduce(0, +) == 12)
        let eights = try Compaction(model, options: .init(roundTo: 8))
        #expect(eights.layers.map(\.removed).reduce(0, +) == 8)
        #expect(throws: NetworkError.self) {
            try Compaction(model, options: .init(ignore: ["layer9"]))
        }
    }

    @Test func aDenseNetworkComesBackAsItIsInNewMemory() throws {
        let state = try tinyState()
        let small = try Compaction(Model(.resnet18, state))
        #expect(try small.layers.isEmpty && small.model.pruningMasks() == nil)
        #expect(try small.model.state.isBitwiseEqual(to: state))
        try small.model.state.require("conv1.weight").fill_(0)
        #expect(try state.require("conv1.weight").countNonzero() > 0)
    }

    @Test func brokenMasksAndShapesAreRefused() throws {
        let state = try tinyState()
        let masks = try PruningMethod.named("percentile").masks(
            for: Model(.resnet18, state))
        let leak = #expect(throws: PruningError.self) {
            try Compaction(Model(.resnet18, state, masks: masks.tensors()))
        }
        #expect(leak?.description.contains("does not keep its masks: conv1.weight: ") == true)
        var narrow = try tinyState()
        narrow["layer1.0.bn1.bias"] = try .zeros([3])
        let shape = #expect(throws: NetworkError.self) { try Compaction(Model(.resnet18, narrow)) }
        #expect(shape?.description.contains("its numbers [3] do not fit") == true)
        var reader = try tinyState()
        try zeroFilters([0], of: "layer1.0.conv1.weight", in: reader)
        reader["layer1.0.conv2.weight"] = try .zeros([4, 5, 3, 3])
        #expect(throws: NetworkError.self) { try Compaction(Model(.resnet18, reader)) }
        var missing = try tinyState()
        missing["layer1.0.bn1.running_var"] = nil
        #expect(throws: NetworkError.self) { try Compaction(Model(.resnet18, missing)) }
    }

    private func zeroFilters(_ filters: [Int], of name: String, in state: StateDictionary) throws {
        for filter in filters {
            try state.require(name).narrow(dim: 0, start: filter, length: 1).fill_(0)
        }
    }
}
