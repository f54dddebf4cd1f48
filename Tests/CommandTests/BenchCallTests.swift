import Foundation
import Models
import Testing
import Torch

/// `winnow bench` as a person calls it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct BenchCallTests {
    private func write(_ name: String, in folder: URL, seed: UInt64 = 1) throws {
        var model = try Model.drawn(.named("resnet20"), classes: 2, size: 32, seed: seed)
        model.classes = ["cat", "dog"]
        let url = folder.appending(path: name)
        if name.hasSuffix("onnx") { try model.write(onnx: url) } else { try model.write(to: url) }
    }

    private struct Report: Decodable {
        struct Row: Decodable {
            struct Seconds: Decodable { let median, p95, lowerQuartile: Double }

            let network, engine: String
            let batch, threads: Int
            let seconds: Seconds
            let picturesPerSecond: Double
            let peakBytes: Int?
        }

        struct Ratio: Decodable { let theoretical, measured: Double }

        let processor: String
        let rows: [Row]
        let ratios: [Ratio]
    }

    @Test func twoNetworksAreMeasuredAndCompared() throws {
        try withFolder { folder in
            try write("a.safetensors", in: folder)
            try write("b.onnx", in: folder)
            let call = "bench a.safetensors --against b.onnx --batch 1,2 --repeats 3"
            let text = try Program.run(call, in: folder).output
            #expect(text.contains("governor"))
            #expect(text.contains("a.safetensors against b.onnx"))
            let json = try Program.run(call + " --json", in: folder).output
            let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
            #expect(
                report.rows.map { "\($0.network) \($0.batch)" } == [
                    "a.safetensors 1", "b.onnx 1", "a.safetensors 2", "b.onnx 2",
                ])
            #expect(
                report.rows.allSatisfy {
                    $0.seconds.median > 0 && $0.seconds.median <= $0.seconds.p95
                        && $0.seconds.lowerQuartile <= $0.seconds.median
                })
            #expect(report.ratios.map(\.theoretical) == [1, 1])
            #expect(!report.processor.isEmpty)
        }
    }

    @Test(arguments: [
        ("bench a.safetensors --batch 0", 64, "--batch 0: expected numbers from 1 on"),
        ("bench a.safetensors --threads 1,x", 64, "--threads 1,x: expected numbers from 1 on"),
        ("bench a.safetensors --engine onnx", 64, "no engine 'onnx'"),
        ("bench a.safetensors --repeats 0", 64, "--repeats must be 1 to 100000, got 0"),
        ("bench missing.onnx", 1, "missing.onnx"),
        ("bench b.onnx --size 5000", 64, "--size must be 1 to 4096, got 5000"),
    ])
    func whatIsWrongIsSaid(call: String, status: Int32, words: String) throws {
        try withFolder { folder in
            try write("a.safetensors", in: folder)
            try write("b.onnx", in: folder)
            let outcome = try Program.run(call, in: folder, status: status)
            #expect(outcome.output.isEmpty)
            #expect(outcome.error.hasPrefix("error: ") && outcome.error.contains(words))
        }
    }

    @Test func withoutOnnxruntimeTheCommandIsNamed() throws {
        try withFolder { folder in
            try write("a.safetensors", in: folder)
            let outcome = try Program.run(
                "bench a.safetensors --engine onnxruntime --repeats 1", in: folder, status: 1,
                environment: ["WINNOW_ONNXRUNTIME_PYTHON": "/no/python"])
            #expect(outcome.error.contains("/no/python: no program is there"))
        }
    }
}
