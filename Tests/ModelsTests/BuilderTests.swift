import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// The built-in networks against torchvision's (Tests/Fixtures/make/models_builders.py).
@Suite struct BuilderTests {
    struct Facts: Decodable {
        /// Name and shape of each tensor of the state_dict.
        struct Entry: Decodable, Equatable {
            let name: String
            let shape: [Int]

            init(name: String, shape: [Int]) {
                self.name = name
                self.shape = shape
            }

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                name = try pair.decode(String.self)
                shape = try pair.decode([Int].self)
            }
        }

        let tensors: [Entry]
        let parameters: Int
        let macs: Int
    }

    static let names = Architecture.allCases.map(\.rawValue)

    private func facts(_ name: String) throws -> Facts {
        let data = try Data(contentsOf: ModelsFixture.url("builders.json"))
        return try #require(JSONDecoder().decode([String: Facts].self, from: data)[name])
    }

    /// Weights drawn as the fixture's script draws them.
    static func filled(_ graph: Graph) throws -> Model {
        let generator = try Generator(seed: 11)
        let state = try StateDictionary(
            graph.parameters.map { parameter in
                let (name, shape) = (parameter.name, parameter.shape)
                if parameter.dtype == .int64 { return (name, try .zeros([], dtype: .int64)) }
                let values = try Tensor.randn(shape, generator)
                let fan = Double(shape.dropFirst().reduce(1, *))
                if shape.count == 4 { return (name, try values * (2 / fan).squareRoot()) }
                if shape.count == 2 { return (name, try values * (1 / fan).squareRoot()) }
                if name.hasSuffix("running_var") { return (name, try values.abs() + 0.5) }
                if name.hasSuffix("weight") { return (name, try values * 0.1 + 0.5) }
                return (name, try values * 0.1)
            })
        return try Model(graph, state.placed(on: .cpu))
    }

    @Test(arguments: names) func hasTheTensorsOfTorchvision(name: String) throws {
        let graph = try Architecture.named(name).graph(classes: 7)
        let found = graph.parameters.map { Facts.Entry(name: $0.name, shape: $0.shape) }
        #expect(found == (try facts(name).tensors))
    }

    @Test(arguments: names) func costsWhatOthersCount(name: String) throws {
        let cost = try GraphCost(Architecture.named(name).graph(classes: 7))
        let expected = try facts(name)
        #expect(cost.parameters == expected.parameters)
        #expect(cost.bytes == 4 * expected.parameters)
        #expect(abs(Double(cost.macs) / Double(expected.macs) - 1) < 0.01, "\(cost.macs)")
    }

    /// By layer: a 7x7 convolution of stride 2 from 3 to 64 channels, and the classifier.
    @Test func countsLayerByLayer() throws {
        let layers = try GraphCost(Architecture.named("resnet18").graph(classes: 7)).layers
        let (first, last) = (try #require(layers.first), try #require(layers.last))
        #expect(first.name == "conv1" && first.type == "Conv")
        #expect(first.macs == 112 * 112 * 64 * 7 * 7 * 3)
        #expect(first.parameters == 64 * 7 * 7 * 3 && first.bytes == 4 * first.parameters)
        #expect(last.name == "fc" && last.macs == 512 * 7 && last.parameters == 513 * 7)
    }

    @Test(arguments: [
        ("resnet18", 64), ("resnet50", 64), ("vgg11", 32), ("vgg11_bn", 32), ("mobilenet_v2", 64),
        ("resnet20", 32), ("resnet56", 32),
    ])
    func givesTheScoresAndGradientsOfPyTorch(name: String, size: Int) throws {
        let expected = try StateDictionary(
            TensorFile.read(ModelsFixture.url("builders.safetensors")))
        let model = try Self.filled(Architecture.named(name).graph(classes: 7, size: size))
        let x = try Tensor.randn([2, 3, size, size], Generator(seed: 12)).channelsLast()
        let reference = try expected.require("\(name).scores")
        // Fused, without gradients; then with.
        #expect(try distance(scores(model, x), reference) < 1e-5)
        try x.requiresGrad_()
        let found = try Executor(model).forward(x, training: false)
        #expect(try distance(found, reference) < 1e-5)
        try found.sum().backward()
        let grad = try noGrad {
            try #require(x.grad).sliced(dim: 2, start: 0, end: size, step: 7)
                .sliced(dim: 3, start: 0, end: size, step: 7)
        }
        #expect(try distance(grad, expected.require("\(name).grad")) < 1e-4)
    }

    @Test(arguments: ["resnet20", "mobilenet_v2"])
    func isWrittenAndReadAsONNX(name: String) throws {
        let built = try Architecture.named(name)
        let model = try Self.filled(built.graph(classes: 7, size: 64))
        let bytes = try ONNXWriter.encoded(model.onnx())
        let again = try GraphReader.read(ONNXReader.read(bytes, file: name, folder: nil))
        let x = try Tensor.randn([2, 3, 64, 64], Generator(seed: 12))
        #expect(try distance(scores(again, x), scores(model, x)) < 1e-6)
    }

    @Test func dropoutNeedsAGeneratorAndKeepsTheMean() throws {
        let model = try Self.filled(Architecture.named("vgg11").graph(classes: 7, size: 32))
        let x = try Tensor.randn([2, 3, 32, 32], Generator(seed: 12))
        #expect(
            refusal { try noGrad { try Executor(model).forward(x, training: true) } }
                .contains("'classifier.2' (Dropout): training it needs a generator"))
        let ones = try Tensor.ones([10_000])
        let kept = try dropout(ones, ratio: 0.25, Generator(seed: 3)).values(Float.self)
        #expect(Set(kept) == [0, 1 / 0.75])
        #expect(abs(kept.reduce(0, +) / 10_000 - 1) < 0.02)
    }

    @Test func saysWhatThereIs() {
        #expect(refusal { try Architecture.named("resnet19") }.contains("resnet20, resnet56"))
        #expect(
            refusal { try Architecture.named("vgg11").graph(classes: 7, size: 100) }
                .contains("last maps are 3x3"))
    }

    /// Residual sums, the stem and shortcuts: every channel can go.
    @Test(arguments: ["resnet18", "resnet20", "mobilenet_v2", "vgg11_bn"])
    func everyChannelCanBeCut(name: String) throws {
        let size = name.hasPrefix("mobile") || name == "resnet18" ? 64 : 32
        let model = try Self.filled(Architecture.named(name).graph(classes: 7, size: size))
        let groups = try ChannelGroups(model.graph)
        let selection = try CuttingTests.selection(groups.groups, seed: 9, most: 0.8) { _ in true }
        let cut = try groups.cut(model, removing: selection)
        let x = try Tensor.randn([2, 3, size, size], Generator(seed: 12)).channelsLast()
        let masked = try groups.masked(model, removing: selection)
        #expect(try distance(scores(cut, x), scores(masked, x)) < 1e-5)
        let covered = groups.groups.map(\.parameters).reduce(into: Set()) { $0.formUnion($1) }
        let weights = model.graph.parameters.filter { $0.role != .statistic }.map(\.name)
        let last = ["fc.bias", "classifier.1.bias", "classifier.6.bias"]
        #expect(Set(weights).subtracting(covered).subtracting(last) == [])
    }
}
