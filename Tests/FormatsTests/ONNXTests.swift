import Foundation
import Testing

@testable import Formats

/// Files that onnx's own library wrote (Tests/Fixtures/make/formats_onnx.py).
@Suite struct ONNXTests {
    private func read(_ name: String) throws -> ONNXModel {
        try ONNXReader.read(FormatsFixture.url("onnx/\(name)"))
    }

    @Test(arguments: ["typed.onnx", "raw.onnx", "external.onnx"])
    func readsEveryElementType(name: String) throws {
        struct Expected: Decodable {
            let dtype: String
            let shape: [Int]
            let values: [Double]
        }
        let expected = try JSONDecoder().decode(
            [String: Expected].self, from: FormatsFixture.data("onnx/tensors.json"))
        let found = try read(name).initializers
        #expect(expected.count == HostTensor.DType.allCases.count)
        for (name, tensor) in expected {
            let held = try #require(found[name])
            #expect(held.dtype.rawValue == tensor.dtype)
            #expect(held.shape == tensor.shape)
            #expect(held.doubles == tensor.values, "\(name)")
        }
        #expect(found["scalar"]?.floats() == [2.5])
        #expect(found["scalar"]?.shape == [])
        #expect(found["empty"]?.count == 0)
        #expect(found.count == expected.count + 2)
    }

    @Test func readsNodesInputsAndText() throws {
        let model = try read("node.onnx")
        #expect(model.opset == 13)
        #expect(model.producer == "fixture 1")
        #expect(model.metadata == ["classes": "a,b"])
        #expect(model.inputs == [ONNXValue(name: "x", shape: [nil, 3])])
        #expect(model.outputs == [ONNXValue(name: "y", shape: [nil, 3])])
        let node = try #require(model.nodes.first)
        #expect(node.name == "own")
        #expect(node.type == "com.example::Settings")
        #expect(node.inputs == ["x", "", "t.float32"])
        #expect(node.outputs == ["y"])
        var attributes = node.attributes
        #expect(attributes.removeValue(forKey: "i") == .int(-3))
        #expect(attributes.removeValue(forKey: "f") == .float(0.5))
        #expect(attributes.removeValue(forKey: "s") == .text("text"))
        #expect(attributes.removeValue(forKey: "ints") == .ints([1, -2]))
        #expect(attributes.removeValue(forKey: "floats") == .floats([0.5, 2]))
        #expect(attributes.removeValue(forKey: "strings") == .texts(["a", "b"]))
        guard case .tensor(let tensor)? = attributes.removeValue(forKey: "t") else {
            Issue.record("no tensor")
            return
        }
        #expect(tensor.shape == [2, 3])
        #expect(attributes.isEmpty)
    }

    @Test(arguments: ["typed.onnx", "node.onnx"])
    func writesWhatItReads(name: String) throws {
        let model = try read(name)
        let bytes = try ONNXWriter.encoded(model)
        #expect(bytes == (try ONNXWriter.encoded(model)))
        var again = try ONNXReader.read(bytes, file: name, folder: nil)
        #expect(again.producer == "winnow")
        again.producer = model.producer
        #expect(again == model)
    }

    @Test func writesAFile() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            let url = folder.appendingPathComponent("m.onnx")
            let model = try read("typed.onnx")
            try ONNXWriter.write(model, to: url)
            #expect(try ONNXReader.read(url).initializers == model.initializers)
        }
    }
}
