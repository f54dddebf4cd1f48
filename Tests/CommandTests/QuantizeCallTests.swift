import Formats
import Foundation
import Models
import Testing
import Torch

/// `winnow quantize` as a person calls it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct QuantizeCallTests {
    private func fill(_ folder: URL) throws {
        var model = try Model.drawn(.named("resnet20"), classes: 2, size: 32, seed: 1)
        model.classes = ["cat", "dog"]
        try model.write(onnx: folder.appending(path: "m.onnx"))
        for (name, step) in [("cat/1.png", 3), ("cat/2.png", 50), ("dog/3.png", 7)] {
            let file = folder.appending(path: "d/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            let pixels = (0..<32 * 32 * 3).map { UInt8($0 / step % 256) }
            try Picture(width: 32, height: 32, channels: 3, pixels: pixels).writePNG(to: file.path)
        }
    }

    @Test(arguments: ["minmax", "percentile"])
    func whatIsWrittenIsANetwork(calibration: String) throws {
        try withFolder { folder in
            try fill(folder)
            let outcome = try Program.run(
                "quantize m.onnx --data d --calibration \(calibration) -o q.onnx", in: folder)
            #expect(outcome.output.hasPrefix("20 of 20 convolutions and linear layers"))
            #expect(outcome.output.contains("of these pictures are classed as before"))
            let file = try ONNXReader.read(folder.appending(path: "q.onnx"))
            #expect(file.nodes.contains { $0.type == "QuantizeLinear" })
            #expect(Set(file.metadata.keys) == ["classes", "preprocessing"])
            let evaluated = try Program.run("predict q.onnx d/cat/1.png", in: folder)
            #expect(evaluated.output.contains("cat") && evaluated.output.contains("%"))
        }
    }

    @Test(arguments: [
        ("quantize m.onnx -o q.onnx", 64, "give pictures to look at with --data DIR"),
        ("quantize m.onnx --data d -o q.safetensors", 64, "a network is written as .onnx"),
        ("quantize m.onnx --data d --calibration mean -o q.onnx", 64, "no calibration 'mean'"),
        ("quantize m.onnx --data d --weight-bits 4 -o q.onnx", 64, "--weight-bits must be 8 or 7"),
        ("quantize m.onnx --data d --pictures 0 -o q.onnx", 64, "--pictures must be 1 to 100000"),
        ("quantize missing.onnx --data d -o q.onnx", 1, "missing.onnx"),
    ])
    func whatIsWrongIsSaid(call: String, status: Int32, words: String) throws {
        try withFolder { folder in
            try fill(folder)
            let outcome = try Program.run(call, in: folder, status: status)
            #expect(outcome.output.isEmpty)
            #expect(outcome.error.contains("error: ") && outcome.error.contains(words))
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "q.onnx").path))
        }
    }
}
