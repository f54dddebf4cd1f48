import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// Each operator against onnxruntime: Tests/Fixtures/make/models_operators.py wrote a file a case.
@Suite struct OperatorTests {
    static let cases = ModelsFixture.names("operators")

    /// A case's network, what goes in, and what onnxruntime made of it.
    private func read(_ name: String) throws -> (model: Model, x: Tensor, y: Tensor) {
        var file = try ONNXReader.read(ModelsFixture.url("operators/\(name).onnx"))
        let (x, y) = (file.initializers["case.input"], file.initializers["case.output"])
        file.initializers["case.input"] = nil
        file.initializers["case.output"] = nil
        return (
            try GraphReader.read(file), try Tensor(#require(x)), try Tensor(#require(y))
        )
    }

    @Test(arguments: cases) func givesTheNumbersOfOnnxruntime(name: String) throws {
        let (model, x, y) = try read(name)
        #expect(try distance(scores(model, x), y) < 2e-6)
        let shapes = try model.graph.shapes(batch: x.shape[0])
        #expect(shapes[model.graph.outputs[0]] == y.shape)
    }

    @Test(arguments: cases) func givesThemInChannelsLastOrder(name: String) throws {
        let (model, x, y) = try read(name)
        guard x.rank == 4 else { return }
        #expect(try distance(scores(model, x.channelsLast()), y) < 2e-6)
    }

    @Test(arguments: cases) func isWrittenAsItWasRead(name: String) throws {
        let (model, x, y) = try read(name)
        let bytes = try ONNXWriter.encoded(model.onnx())
        let again = try GraphReader.read(ONNXReader.read(bytes, file: name, folder: nil))
        #expect(again.graph.nodes.map(\.type) == model.graph.nodes.map(\.type))
        #expect(again.graph.nodes.map(\.attributes) == model.graph.nodes.map(\.attributes))
        #expect(try distance(scores(again, x), y) < 2e-6)
    }

    @Test(arguments: cases) func letsGradientsThrough(name: String) throws {
        let (model, x, _) = try read(name)
        let flat: Set = [
            "Floor", "Ceil", "Cast", "CastLike", "Equal", "Less", "Greater", "And", "Or", "Not",
            "QuantizeLinear",
        ]
        guard !model.graph.nodes.contains(where: { flat.contains($0.type) && $0.type != "Greater" })
        else { return }
        let leaf = try x.clone().requiresGrad_()
        try Executor(model).forward(leaf, training: false).sum().backward()
        let gradient = try #require(leaf.grad)
        #expect(try noGrad { try gradient.isAllFinite() })
    }

    /// An operator without a case has no test.
    @Test func everyOperatorHasACase() throws {
        let tested = try Self.cases.flatMap { try read($0).model.graph.nodes.map(\.type) }
        let folded: Set = ["Constant", "ConstantOfShape", "Shape", "Size", "Range", "Identity"]
        let missing = Set(Operator.all.map(\.name)).subtracting(tested).subtracting(folded)
        #expect(missing == [])
        #expect(Operator.all.count == Set(Operator.all.map(\.name)).count)
    }
}
