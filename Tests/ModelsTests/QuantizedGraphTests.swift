import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// The file of a network in 8-bit numbers: its nodes, and what it computes.
@Suite struct QuantizedGraphTests {
    private func made(
        _ model: Model, _ calibration: Calibration = .minmax, size: Int = 32
    ) throws -> (network: QuantizedNetwork, x: Tensor) {
        let x = try Tensor.randn([8, 3, size, size], Generator(seed: 2))
        return (try model.quantized(calibration) { try $0(x) }, x)
    }

    private func resnet() throws -> Model {
        var model = try Model.drawn(.resnet18, classes: 3, size: 64, seed: 1)
        model.classes = ["a", "b", "c"]
        return model
    }

    @Test func aResNetIsEightBitFromEndToEnd() throws {
        let file = try made(resnet(), size: 64).network.file
        let writers = Dictionary(
            file.nodes.flatMap { node in node.outputs.map { ($0, node) } },
            uniquingKeysWith: { first, _ in first })
        func writer(_ name: String) -> String { writers[name]?.type ?? "none" }
        var readers: [String: [String]] = [:]
        for node in file.nodes {
            for name in node.inputs { readers[name, default: []].append(node.type) }
        }
        for node in file.nodes where ["Conv", "Gemm"].contains(node.type) {
            #expect(node.inputs.count == 3)
            #expect(node.inputs.map(writer) == [String](repeating: "DequantizeLinear", count: 3))
        }
        // A convolution's output goes into a QuantizeLinear, at once or after its ReLU, and nowhere else.
        for node in file.nodes where node.type == "Conv" {
            let next = readers[node.outputs[0]] ?? []
            #expect(next == ["QuantizeLinear"] || next == ["Relu"])
        }
        for node in file.nodes where ["Relu", "MaxPool", "GlobalAveragePool"].contains(node.type) {
            #expect(readers[node.outputs[0]] == ["QuantizeLinear"])
        }
        for node in file.nodes where node.type == "Add" {
            #expect(node.inputs.map(writer) == ["DequantizeLinear", "DequantizeLinear"])
        }
        // The scores are float32, the picture is made 8-bit first.
        #expect(writer(file.outputs[0].name) == "Gemm")
        #expect(
            file.nodes[0].type == "QuantizeLinear" && file.nodes[0].inputs[0] == file.inputs[0].name
        )
        #expect(file.opset >= 13)
        #expect(file.metadata["classes"]?.contains("\"b\"") == true)
    }

    @Test func numbersHaveTheirTypes() throws {
        let model = try resnet()
        let file = try made(model, size: 64).network.file
        for node in file.nodes where node.type == "DequantizeLinear" {
            let numbers = node.inputs.map { file.initializers[$0] }
            guard let held = numbers[0] else {
                #expect(numbers[1]?.shape == [] && numbers[2]?.dtype == .uint8)
                continue
            }
            let axis = try node.int("axis", 1)
            #expect(axis == 0)
            #expect(numbers[1]?.shape == [held.shape[0]])
            #expect(numbers[1]?.floats().allSatisfy { $0 > 0 } == true)
            if held.shape.count == 1 {
                #expect(held.dtype == .int32 && numbers.count == 2)
            } else {
                #expect(held.dtype == .int8 && numbers[2]?.dtype == .int8)
                #expect(numbers[2]?.integers()?.allSatisfy { $0 == 0 } == true)
            }
        }
        // No float32 weight is left behind.
        #expect(
            file.initializers.entries.allSatisfy {
                $0.tensor.dtype != .float32 || $0.tensor.shape.count < 2
            })
        let bytes = try ONNXWriter.encoded(file).count
        #expect(Double(bytes) < 0.27 * Double(try ONNXWriter.encoded(model.onnx()).count))
    }

    /// A bias is in steps of what its products are in, or integer arithmetic would be wrong.
    @Test func biasesAreInStepsOfTheProducts() throws {
        let file = try made(resnet(), size: 64).network.file
        let writers = Dictionary(
            file.nodes.flatMap { node in node.outputs.map { ($0, node) } },
            uniquingKeysWith: { first, _ in first })
        func scale(_ name: String) -> [Float] {
            writers[name].flatMap { file.initializers[$0.inputs[1]]?.floats() } ?? []
        }
        for node in file.nodes where ["Conv", "Gemm"].contains(node.type) {
            let x = try #require(scale(node.inputs[0]).first)
            #expect(scale(node.inputs[2]) == scale(node.inputs[1]).map { x * $0 })
        }
    }

    @Test func whatOnlyMovesNumbersKeepsTheirRange() throws {
        let file = try made(resnet(), size: 64).network.file
        for node in file.nodes where ["MaxPool", "Flatten"].contains(node.type) {
            let source = String(node.inputs[0].dropLast(5))
            let target = node.outputs[0]
            #expect(node.inputs[0] == "\(source).8bit")
            #expect(file.initializers["\(source).scale"] == file.initializers["\(target).scale"])
            #expect(file.initializers["\(source).zero"] == file.initializers["\(target).zero"])
        }
    }

    /// Read back, it computes nearly what the network did; its weights are those of the file to the last bit.
    @Test(arguments: ModelsFixture.networks) func isNearTheNetwork(name: String) throws {
        let model = try Model.read(onnx: ModelsFixture.url("\(name).onnx"))
        let (network, x) = try made(model)
        let bytes = try ONNXWriter.encoded(network.file)
        let again = try GraphReader.read(ONNXReader.read(bytes, file: name, folder: nil))
        let (a, b) = try noGrad {
            (
                try Executor(model).forward(x, training: false).values(Float.self),
                try Executor(again).forward(x, training: false).values(Float.self)
            )
        }
        let power = a.map { $0 * $0 }.reduce(0, +)
        let noise = zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
        #expect(noise < 0.02 * power, "noise \(noise / power)")
        #expect(noise > 0)
        for node in network.file.nodes where node.type == "DequantizeLinear" {
            guard let held = network.file.initializers[node.inputs[0]], held.dtype == .int8,
                let scales = network.file.initializers[node.inputs[1]]?.floats()
            else { continue }
            let axis = try node.int("axis", 1)
            let inner = held.shape[(axis + 1)...].reduce(1, *)
            let numbers = (held.integers() ?? []).map { Float(Int8(truncatingIfNeeded: $0)) }
            let expected = numbers.enumerated().map { $1 * scales[$0 / inner % scales.count] }
            #expect(try again.state.require(node.outputs[0]).values() == expected)
        }
    }

    @Test func nothingToQuantizeIsSaid() throws {
        let graph = Graph(
            inputs: [ONNXValue(name: "x", shape: [nil, 3, 4, 4])],
            nodes: [Node(type: "Relu", inputs: ["x"], outputs: ["y"])], outputs: ["y"])
        let model = try Model(graph, StateDictionary())
        #expect(throws: NetworkError.self) {
            try model.quantized(.minmax) { try $0(.zeros([1, 3, 4, 4])) }
        }
        let network = try resnet()
        #expect(throws: NetworkError.self) { try network.quantized(.minmax) { _ in } }
    }
}
