import Foundation
import Testing

@testable import Formats

@Suite struct TensorFileTests {
    /// PyTorch's own files, in every form: names, order, dtypes, shapes and each value bit for bit.
    @Test func readsWhatPyTorchWrote() throws {
        let expected = try ExpectedTensor.all()
        #expect(expected.count == 12)
        for (file, tensors) in expected {
            let dict = try TensorFile.read(FormatsFixture.url(file))
            // PyTorch lists a safetensors file by name, Winnow in the order of its header.
            let names = file.hasSuffix(".safetensors") ? dict.names.sorted() : dict.names
            #expect(names == tensors.map(\.name), "\(file)")
            for expected in tensors {
                let tensor = try #require(dict[expected.name], "\(file) \(expected.name)")
                #expect(tensor.dtype.rawValue == expected.dtype, "\(file) \(expected.name)")
                #expect(tensor.shape == expected.shape, "\(file) \(expected.name)")
                #expect(
                    tensor.doubles.map(\.bitPattern) == expected.values.map(\.bitPattern),
                    "\(file) \(expected.name)")
            }
        }
    }

    @Test func keepsSafetensorsMetadata() throws {
        let dict = try TensorFile.read(FormatsFixture.url("dtypes.safetensors"))
        #expect(dict.metadata == ["architecture": "test", "quote": "a \"b\"\\\n\u{e9}"])
    }

    /// Sharing survives: a tensor that fills its storage takes no copy.
    @Test func contiguousTensorsShareTheFile() throws {
        let data = try FormatsFixture.data("strided.pth")
        let dict = try TensorFile.read(data, file: "strided.pth")
        let start = try #require(dict["base"]).bytes.startIndex
        #expect(try #require(dict["rows"]).bytes.startIndex == start + 12 * 4)
    }

    @Test(arguments: ["copy.pth", "copy.safetensors"])
    func writesWhatItReads(name: String) throws {
        let dict = try sample()
        try FormatsFixture.inTemporaryFolder { folder in
            let url = folder.appendingPathComponent(name)
            try TensorFile.write(dict, to: url)
            var back = try TensorFile.read(url)
            if name.hasSuffix("pth") { back.metadata = dict.metadata }
            #expect(back == dict)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
        }
    }

    /// The bytes are those of `written.*`, which `formats_tensors.py --check` has read with
    /// PyTorch.
    @Test(arguments: ["written.pth", "written.safetensors"])
    func writesTheSameBytesAlways(name: String) throws {
        let golden = FormatsFixture.url(name)
        if ProcessInfo.processInfo.environment["WINNOW_REGENERATE"] == "1" {
            try TensorFile.write(sample(), to: golden)
        }
        try FormatsFixture.inTemporaryFolder { folder in
            let url = folder.appendingPathComponent(name)
            try TensorFile.write(sample(), to: url)
            #expect(try Data(contentsOf: url) == Data(contentsOf: golden))
        }
    }

    /// Each tensor of a `.pth` starts at a multiple of 64 bytes, and of its size in safetensors.
    @Test func writesAlignedTensors() throws {
        for (name, alignment) in [("written.pth", 64), ("written.safetensors", 0)] {
            let data = try FormatsFixture.data(name)
            let dict = try TensorFile.read(data, file: name)
            for (name, tensor) in dict.entries where !tensor.bytes.isEmpty {
                let unit = alignment == 0 ? tensor.dtype.size : alignment
                #expect((tensor.bytes.startIndex - data.startIndex) % unit == 0, "\(name)")
            }
        }
    }

    @Test func namesTheExtensionsItWrites() throws {
        let message = refusal {
            try TensorFile.write(StateDict(), to: URL(fileURLWithPath: "model.onnx"))
        }
        #expect(message.contains("model.onnx: has the extension 'onnx'; expected .safetensors"))
    }

    /// The stand-in for the ImageNet file, where the shared folder is there.
    @Test func readsResNet18() throws {
        guard let url = FormatsFixture.shared("weights/resnet18-tinyimagenet200.pth") else {
            return
        }
        let dict = try TensorFile.read(url)
        #expect(dict.count == 122)
        #expect(dict.names.first == "conv1.weight" && dict.names.last == "fc.bias")
        #expect(dict["fc.weight"]?.shape == [200, 512])
        #expect(dict["layer4.1.conv2.weight"]?.shape == [512, 512, 3, 3])
        #expect(dict["bn1.num_batches_tracked"]?.dtype == .int64)
        let learned = dict.entries.filter {
            $0.tensor.dtype == .float32 && !$0.name.contains("running")
        }
        // ResNet-18 has 11,689,512 parameters, of which 513,000 are its 1000-way classifier's.
        let parameters = learned.map(\.tensor.count).reduce(0, +)
        #expect(parameters == 11_689_512 - 513_000 + 200 * 513)
        #expect(dict["fc.weight"]?.floats().allSatisfy(\.isFinite) == true)
    }

    private func sample() throws -> StateDict {
        var dict = try TensorFile.read(FormatsFixture.url("dtypes.pth"))
        dict.metadata = ["b": "line\nline \u{1} \u{e9}", "a": "{\"classes\": [\"x\"]}"]
        return dict
    }
}
