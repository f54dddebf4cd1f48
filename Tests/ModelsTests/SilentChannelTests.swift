import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// What is silent goes without a trace, in every make of network.
@Suite struct SilentChannelTests {
    /// Two pictures for the chain below.
    private let x: Tensor

    init() throws { x = try Tensor.randn([2, 3, 12, 12], Generator(seed: 3)).channelsLast() }

    /// The model with the filters of some channels set to zero, and their biases and norms; what reads
    /// them keeps its weights.
    private func silenced(
        _ model: Model, _ groups: ChannelGroups, _ selection: Cut.Selection
    ) throws -> Model {
        var readers: Set<String> = []
        for node in model.graph.nodes where try Operator.of(node).flow == .products {
            readers.insert("\(node.inputs[1])/\(try WeightDims(node).inner)")
        }
        return try groups.masked(model, removing: selection) {
            !readers.contains("\($0.parameter)/\($0.dim)")
        }
    }

    @Test(arguments: ModelsFixture.networks, [1, 2] as [UInt64])
    func filtersOfZerosGoWithoutATrace(path: String, seed: UInt64) throws {
        let model = try ModelsFixture.network(path)
        let x = try ModelsFixture.expected(path).require("input").channelsLast()
        let groups = try ChannelGroups(model.graph)
        let selection = try CuttingTests.selection(groups.groups, seed: seed, most: 0.9) {
            $0.isExact
        }
        let masked = try silenced(model, groups, selection)
        let small = try Compacted(masked)
        #expect(try distance(scores(small.model, x), scores(masked, x)) < 1e-5)
        #expect(try distance(scores(masked, x), scores(model, x)) > 1e-4)
        let removed = small.layers.map(\.removed).reduce(0, +)
        #expect(removed >= selection.values.map(\.count).reduce(0, +), "\(small.layers)")
        // What stayed is what was there.
        for (name, dims) in small.kept {
            var expected = try masked.state.require(name)
            for (dim, kept) in dims {
                expected = try expected.indexSelect(
                    dim: dim, Tensor(kept.map(Int64.init), [kept.count]))
            }
            #expect(try small.model.state.require(name).shape == expected.shape)
        }
    }

    @Test(arguments: ModelsFixture.networks)
    func anUnprunedNetworkStaysAsItIs(path: String) throws {
        let model = try ModelsFixture.network(path)
        let small = try Compacted(model)
        #expect(small.layers.map(\.removed).reduce(0, +) == 0, "\(small.layers)")
        #expect(small.model.graph == model.graph)
    }

    // MARK: constants

    /// 3x3, 1x1, 3x3 and a classifier, each with batch norm and ReLU between.
    private func chain() throws -> Model {
        var net = GraphBuilder(size: 12)
        var x = net.input
        for (name, kernel) in [("a", 3), ("b", 1), ("c", 3)] {
            x = try net.conv(name, x, 6, kernel: kernel)
            x = try net.relu("\(name).relu", net.norm("\(name).bn", x))
        }
        return try BuilderTests.filled(net.finish(net.linear("fc", net.globalPool(x), 4)))
    }

    /// Sets the weights of one filter to zero, and what its batch norm then puts out to `constant`.
    private func still(_ model: Model, _ path: String, _ filter: Int, _ constant: Double) throws {
        let weight = try model.state.require("\(path).weight")
        try noGrad {
            try weight.narrow(dim: 0, start: filter, length: 1).fill_(0)
            let mean = try model.state.require("\(path).bn.running_mean")
            try mean.narrow(dim: 0, start: filter, length: 1).fill_(0)
            let bias = try model.state.require("\(path).bn.bias")
            try bias.narrow(dim: 0, start: filter, length: 1).fill_(constant)
        }
    }

    @Test func constantsGoIntoWhatReadsThem() throws {
        let model = try chain()
        try still(model, "a", 2, 0.7)
        try still(model, "c", 1, 0.9)
        let small = try Compacted(model)
        #expect(try small.model.state.require("a.weight").shape[0] == 5)
        #expect(try small.model.state.require("c.weight").shape[0] == 5)
        #expect(try distance(scores(small.model, x), scores(model, x)) < 1e-6)
        #expect(small.layers.map(\.bordered) == [0, 0])
        // No bias was needed: the running mean and the classifier's bias took them.
        #expect(small.model.graph.parameters.map(\.name) == model.graph.parameters.map(\.name))
    }

    @Test func aConstantThatMeetsPaddingStaysUnlessAskedFor() throws {
        let model = try chain()
        try still(model, "b", 3, 0.8)
        let small = try Compacted(model)
        #expect(small.layers.map(\.removed) == [0])
        #expect(small.layers.map(\.bordered) == [1])
        let smaller = try Compacted(model, CuttingOptions(borders: true))
        #expect(try smaller.model.state.require("b.weight").shape[0] == 5)
        let change = try smaller.model.difference(from: model, on: x)
        #expect(change.largest > 1e-4 && change.largest < change.of)
        // Where the ReLU makes it zero, nothing meets the padding.
        try still(model, "b", 3, -0.8)
        #expect(try Compacted(model).layers.map(\.removed) == [1])
    }

    @Test func whatOnlyTheRemovedReadGoesToo() throws {
        let model = try chain()
        // Filter 3 of b is switched off by its norm alone, and only it reads channel 5 of a.
        let weight = try model.state.require("b.weight")
        try noGrad {
            let (scale, shift) = (
                try model.state.require("b.bn.weight"), try model.state.require("b.bn.bias")
            )
            try scale.narrow(dim: 0, start: 3, length: 1).fill_(0)
            try shift.narrow(dim: 0, start: 3, length: 1).fill_(-1)
            for row in 0..<6 where row != 3 {
                try weight.narrow(dim: 0, start: row, length: 1)
                    .narrow(dim: 1, start: 5, length: 1).fill_(0)
            }
        }
        let small = try Compacted(model)
        #expect(small.kept["a.weight"]?[0] == [0, 1, 2, 3, 4])
        #expect(small.kept["b.weight"] == [0: [0, 1, 2, 4, 5], 1: [0, 1, 2, 3, 4]])
        #expect(try distance(scores(small.model, x), scores(model, x)) < 1e-6)
    }

    @Test func foldedConstantsAreNeverSubnormal() throws {
        let model = try chain()
        try still(model, "c", 1, 1e-20)
        try noGrad {
            try model.state.require("fc.weight").mul_(.full([], 1e-20))
            try model.state.require("fc.bias").fill_(0)
        }
        let small = try Compacted(model)
        #expect(small.kept["c.weight"]?[0]?.count == 5)
        #expect(try small.model.state.require("fc.bias").values(Float.self) == [0, 0, 0, 0])
    }

    // MARK: limits

    /// ResNet-20 whose filters are all zero but some.
    private func mostlySilent() throws -> Model {
        let model = try BuilderTests.filled(
            Architecture.named("resnet20").graph(classes: 3, size: 32))
        let groups = try ChannelGroups(model.graph)
        let selection = try CuttingTests.selection(groups.groups, seed: 6, most: 0.8) { _ in true }
        return try silenced(model, groups, selection)
    }

    @Test func widthsAreMultiplesWhereAsked() throws {
        let model = try mostlySilent()
        let small = try Compacted(model, CuttingOptions(roundTo: 8))
        #expect(small.layers.contains { $0.removed > 0 })
        for parameter in small.model.graph.parameters where parameter.name.hasSuffix("bn1.weight") {
            #expect(parameter.shape[0] % 8 == 0, "\(parameter.name)")
        }
    }

    @Test func ignoredLayersKeepTheirSizes() throws {
        let model = try mostlySilent()
        let small = try Compacted(model, CuttingOptions(ignore: ["layer1.0", "fc.weight"]))
        for (name, tensor) in model.state.entries
        where name.hasPrefix("layer1.0.") || name == "fc.weight" {
            #expect(try small.model.state.require(name).shape == tensor.shape)
        }
        #expect(small.layers.contains { $0.removed > 0 })
        let message = refusal { try Compacted(model, CuttingOptions(ignore: ["layer9"])) }
        #expect(message.contains("no layer or parameter is named 'layer9'"))
    }

    @Test func oneChannelOfEachLayerStays() throws {
        let model = try BuilderTests.filled(
            Architecture.named("resnet20").graph(classes: 3, size: 32))
        try noGrad {
            for (name, tensor) in model.state.entries where tensor.rank == 4 || name.contains("bn")
            {
                if tensor.dtype == .float32 { try tensor.fill_(0) }
            }
        }
        let small = try Compacted(model).model
        #expect(small.graph.parameters.allSatisfy { !$0.shape.contains(0) })
        #expect(try small.state.require("layer2.0.conv1.weight").shape.prefix(2) == [1, 1])
        let x = try Tensor.randn([2, 3, 32, 32], Generator(seed: 3)).channelsLast()
        #expect(try distance(scores(small, x), scores(model, x)) < 1e-6)
    }
}
