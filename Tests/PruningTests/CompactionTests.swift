import Networks
import Testing
import Torch

@testable import Pruning

@Suite struct CompactionTests {
    private func outputs(
        _ architecture: Architecture, _ state: StateDictionary, training: Bool = false
    ) throws -> [Float] {
        let x = try Tensor.randn([2, 3, 40, 33], Generator(seed: 4))
        return try ResNet(architecture, state.copied()).forward(x, training: training).values()
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).map { abs($0 - $1) / max(1, abs($0)) }.max() ?? .infinity
    }

    @Test(arguments: Architecture.allCases, [78.0, 85, 180])
    func theSmallNetworkSaysWhatTheMaskedOneSays(
        _ architecture: Architecture, _ angle: Double
    ) throws {
        let state = try tinyState(architecture)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: state, layers: architecture.prunableWeights(), options: .init(angle: angle))
        try masks.apply(to: state)
        let before = try state.copied()
        let small = try Compaction(architecture, state, masks: masks)
        #expect(try state.isBitwiseEqual(to: before))
        for training in [false, true] {
            let masked = try outputs(architecture, state, training: training)
            let found = try outputs(architecture, small.state, training: training)
            #expect(distance(masked, found) < 1e-4)
        }
        #expect(small.state.names == state.names)
        let removed = small.layers.map(\.removed.count).reduce(0, +)
        #expect(removed > 0)
        let cut = try small.state.entries.count {
            try $0.tensor.shape != state.require($0.name).shape
        }
        #expect(cut > small.layers.count { !$0.removed.isEmpty })
        #expect(try #require(small.masks).violations(in: small.state).isEmpty)
    }

    /// The removed rows and columns, by the definition, one number at a time.
    @Test func whatIsLeftIsWhatWasThere() throws {
        let state = try tinyState(.resnet50)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: state, layers: Architecture.resnet50.prunableWeights(), options: .init(angle: 85))
        try masks.apply(to: state)
        let small = try Compaction(.resnet50, state, masks: masks)
        let kept = { (name: String, filters: Int) in
            let removed = small.layers.first { $0.name == name }?.removed ?? []
            return (0..<filters).filter { !removed.contains($0) }
        }
        let path = "layer3.1"
        let rows = kept("\(path).conv2.weight", 16)
        let columns = kept("\(path).conv1.weight", 16)
        #expect(rows.count < 16 && columns.count < 16)
        let old = try state.require("\(path).conv2.weight").values(Float.self)
        let expected = rows.flatMap { row in
            columns.flatMap { column in (0..<9).map { old[(row * 16 + column) * 9 + $0] } }
        }
        let new = try small.state.require("\(path).conv2.weight")
        #expect(new.shape == [rows.count, columns.count, 3, 3])
        #expect(try new.values() == expected)
        for part in ["weight", "bias", "running_mean", "running_var"] {
            let old = try state.require("\(path).bn2.\(part)").values(Float.self)
            #expect(try small.state.require("\(path).bn2.\(part)").values() == rows.map { old[$0] })
        }
        let mask = try #require(small.masks?["\(path).conv2.weight"])
        #expect(mask.shape == new.shape && mask.kept == mask.bytes.count)
    }

    @Test func aFilterWhoseBatchNormPutsOutAConstantStays() throws {
        let state = try tinyState()
        let path = "layer1.0"
        try zeroFilters([1, 2, 3], of: "\(path).conv1.weight", in: state)
        // c = bias - mean * weight / sqrt(var + eps): 1 is positive, 2 negative, 3 exactly 0.
        try state.require("\(path).bn1.running_mean").copy_(Tensor([0, -1, 1, 0] as [Float], [4]))
        try state.require("\(path).bn1.bias").copy_(Tensor([0, 0, 0, 0] as [Float], [4]))
        let small = try Compaction(.resnet18, state)
        #expect(small.layers.count == 1)
        #expect(small.layers[0].zero == 3 && small.layers[0].removed == [2, 3])
        #expect(small.layers[0].note == "1 put out a constant through their batch norm")
        #expect(try distance(outputs(.resnet18, state), outputs(.resnet18, small.state)) < 1e-5)
    }

    @Test func oneFilterStaysWhenAllAreSilent() throws {
        let state = try tinyState()
        let path = "layer4.1"
        try zeroFilters(Array(0..<32), of: "\(path).conv1.weight", in: state)
        try state.require("\(path).bn1.bias").fill_(0)
        try state.require("\(path).bn1.weight").fill_(0)
        let small = try Compaction(.resnet18, state)
        #expect(small.layers.map(\.removed) == [Array(1..<32)])
        #expect(small.layers[0].note == "one stays so that the layer keeps a filter")
        #expect(try small.state.require("\(path).conv2.weight").shape == [32, 1, 3, 3])
        #expect(try distance(outputs(.resnet18, state), outputs(.resnet18, small.state)) < 1e-5)
    }

    @Test func theResidualWidthStays() throws {
        let state = try tinyState()
        for name in ["conv1.weight", "layer2.0.conv2.weight", "layer2.0.downsample.0.weight"] {
            try zeroFilters([0], of: name, in: state)
        }
        let small = try Compaction(.resnet18, state)
        #expect(
            small.layers.map(\.name)
                == ["conv1.weight", "layer2.0.conv2.weight", "layer2.0.downsample.0.weight"])
        #expect(small.layers.allSatisfy { $0.removed.isEmpty && $0.note != nil })
        #expect(try small.state.isBitwiseEqual(to: state))
    }

    @Test func aDenseNetworkComesBackAsItIsInNewMemory() throws {
        let state = try tinyState()
        let small = try Compaction(.resnet18, state)
        #expect(small.layers.isEmpty && small.masks == nil)
        #expect(try small.state.isBitwiseEqual(to: state))
        try small.state.require("conv1.weight").fill_(0)
        #expect(try state.require("conv1.weight").countNonzero() > 0)
    }

    @Test func brokenMasksAndShapesAreRefused() throws {
        let state = try tinyState()
        let masks = try PruningMethod.named("percentile").masks(
            for: state, layers: Architecture.resnet18.prunableWeights())
        let leak = #expect(throws: PruningError.self) {
            try Compaction(.resnet18, state, masks: masks)
        }
        #expect(leak?.description.contains("conv1.weight") == true)
        var narrow = try tinyState()
        narrow["layer1.0.bn1.bias"] = try .zeros([3])
        let shape = #expect(throws: PruningError.self) { try Compaction(.resnet18, narrow) }
        #expect(shape?.description.contains("layer1.0.bn1.bias") == true)
        var reader = try tinyState()
        try zeroFilters([0], of: "layer1.0.conv1.weight", in: reader)
        reader["layer1.0.conv2.weight"] = try .zeros([4, 5, 3, 3])
        #expect(throws: PruningError.self) { try Compaction(.resnet18, reader) }
        var missing = try tinyState()
        missing["layer1.0.bn1.running_var"] = nil
        #expect(throws: NetworkError.self) { try Compaction(.resnet18, missing) }
    }

    @Test(arguments: Architecture.allCases)
    func sitesAreTheConvolutionsOfTheArchitecture(_ architecture: Architecture) {
        let sites = [architecture.stem] + architecture.blockSites.joined()
        #expect(sites.map(\.weight) == architecture.prunableWeights())
        let names = Set(architecture.tensors(classes: 1).map(\.name))
        for site in sites {
            #expect(ConvolutionSite.norm(after: site.weight) == site.norm)
            #expect(names.contains("\(site.norm).running_var"))
            if case .inner(let next) = site.position { #expect(names.contains(next)) }
        }
        for name in ["fc.weight", "conv1", "weight", "", "conv1.bias", "downsample.1.weight"] {
            #expect(ConvolutionSite.norm(after: name) == nil)
        }
    }

    private func zeroFilters(_ filters: [Int], of name: String, in state: StateDictionary) throws {
        for filter in filters {
            try state.require(name).narrow(dim: 0, start: filter, length: 1).fill_(0)
        }
    }
}
