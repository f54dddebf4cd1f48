import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// Small networks of every make, as both exporters of PyTorch write them (`scripts/peers onnx --fixtures`).
@Suite struct PeerNetworkTests {
    @Test func theFixturesAreThere() {
        #expect(ModelsFixture.networks.count == 16)
        #expect(ModelsFixture.names("fixed").count == 8)
    }

    @Test(arguments: ModelsFixture.networks)
    func givesTheScoresOfOnnxruntimeForAnyBatch(path: String) throws {
        let model = try ModelsFixture.network(path)
        let expected = try ModelsFixture.expected(path)
        let (x, y) = (try expected.require("input"), try expected.require("output"))
        #expect(try distance(scores(model, x.channelsLast()), y) < 5e-6)
        let three = try [x, y].map { try Tensor.cat([$0, $0.narrow(dim: 0, start: 0, length: 1)]) }
        #expect(try distance(scores(model, three[0].channelsLast()), three[1]) < 5e-6)
        let one = try [x, y].map { try $0.narrow(dim: 0, start: 1, length: 1) }
        #expect(try distance(scores(model, one[0].channelsLast()), one[1]) < 5e-6)
    }

    @Test(arguments: ModelsFixture.networks)
    func givesTheGradientsOfPyTorch(path: String) throws {
        let model = try ModelsFixture.network(path)
        let expected = try ModelsFixture.expected(path)
        let x = try expected.require("input").channelsLast().requiresGrad_()
        let held = model.trained.filter { expected["grad.\($0)"] != nil }
        #expect(held.count >= 2)
        for name in held { try model.state.require(name).requiresGrad_() }
        let scores = try Executor(model).forward(x, training: false)
        try (scores * expected.require("weights")).sum().backward()
        #expect(try distance(#require(x.grad), expected.require("grad.input")) < 2e-5)
        for name in held {
            let grad = try #require(model.state.require(name).grad)
            #expect(try distance(grad, expected.require("grad.\(name)")) < 2e-5, "\(name)")
        }
    }

    /// Nothing of the exporters' shape arithmetic is left, and every weight is trained.
    @Test(arguments: ModelsFixture.networks)
    func keepsNoShapeArithmetic(path: String) throws {
        let graph = try ModelsFixture.network(path).graph
        let types = Set(graph.nodes.map(\.type))
        #expect(
            types.isDisjoint(with: ["Shape", "Constant", "ConstantOfShape", "Range", "Identity"]))
        let used = graph.nodes.flatMap(\.inputs)
        for parameter in graph.parameters where parameter.role == .trained {
            #expect(used.filter { $0 == parameter.name }.count == 1, "\(parameter.name)")
        }
        #expect(graph.fixedBatch == nil)
    }

    @Test(arguments: ModelsFixture.networks)
    func writesAFileThatReadsAsTheSame(path: String) throws {
        let model = try ModelsFixture.network(path)
        let bytes = try ONNXWriter.encoded(model.onnx())
        let again = try GraphReader.read(ONNXReader.read(bytes, file: path, folder: nil))
        #expect(again.graph.nodes.map(\.attributes) == model.graph.nodes.map(\.attributes))
        #expect(
            again.graph.parameters.map(\.name).sorted()
                == model.graph.parameters.map(\.name).sorted())
        let x = try ModelsFixture.expected(path).require("input")
        #expect(try distance(scores(again, x), scores(model, x)) < 1e-6)
    }

    /// An export without a free batch has its number in every reshape.
    @Test(arguments: ModelsFixture.names("fixed").map { "fixed/\($0)" })
    func freesAFixedBatch(path: String) throws {
        let model = try ModelsFixture.network(path)
        let expected = try ModelsFixture.expected(path)
        let (x, y) = (try expected.require("input"), try expected.require("output"))
        if model.graph.fixedBatch == nil {
            #expect(try distance(scores(model, x), y) < 5e-6)
        } else {
            // A class token repeated so often as the file says cannot be freed.
            #expect(path == "fixed/vit")
            #expect(refusal { try scores(model, x) }.contains("takes 1 pictures at once, not 2"))
            let one = try [x, y].map { try $0.narrow(dim: 0, start: 0, length: 1) }
            #expect(try distance(scores(model, one[0]), one[1]) < 5e-6)
        }
    }
}
