import Formats
import Foundation
import Models
import Testing
import Torch

/// Networks from ONNX files through the commands, as a person calls them.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct OnnxCallTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/models/old")

    /// Fine-tuned, pruned, cut and written back: what comes out says what the network in the middle says.
    @Test func aNetworkComesInIsCutAndGoesOut() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            try FileManager.default.copyItem(
                at: Self.fixtures.appending(path: "mobile.onnx"),
                to: folder.appending(path: "m.onnx"))
            _ = try Program.run(
                "finetune --model m.onnx --data data --epochs 1 --batch-size 4 -o a.safetensors",
                in: folder)
            _ = try Program.run(
                "prune a.safetensors --method distinctiveness-by-order --amount 0.5 -o b.safetensors",
                in: folder)
            let compact = try Program.run("compact b.safetensors -o c.onnx", in: folder)
            #expect(compact.output.contains("channels taken out"))
            let (fine, small) = (
                try Model.read(folder.appending(path: "a.safetensors")),
                try Model.read(onnx: folder.appending(path: "c.onnx"))
            )
            #expect(small.classes == ["cat", "dog"] && fine.classes == small.classes)
            #expect(try GraphCost(small.graph).macs < GraphCost(fine.graph).macs)
            // The whole, masked and as ONNX, and what was cut from it say the same.
            _ = try Program.run("export b.safetensors -o b.onnx", in: folder)
            let masked = try Program.run("predict b.onnx data/cat/p0_0.png --json", in: folder)
            let cut = try Program.run("predict c.onnx data/cat/p0_0.png --json", in: folder)
            let (a, b) = (try probabilities(masked), try probabilities(cut))
            #expect(a.keys == b.keys)
            for (name, value) in a { #expect(abs(value - (b[name] ?? 9)) < 1e-5) }
            let measured = try Program.run("evaluate c.onnx --data data --json", in: folder)
            #expect(measured.output.contains("\"classes\""))
            let layers = try Program.run("inspect c.onnx", in: folder)
            #expect(layers.output.hasPrefix("c  cat, dog\n"))
        }
    }

    private func probabilities(_ outcome: Program.Outcome) throws -> [String: Double] {
        struct Row: Decodable { let probabilities: [String: Double] }
        return try #require(
            JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8)).first
        ).probabilities
    }

    /// A file that says nothing of its classes and pictures is taken as ImageNet's, and that is said.
    @Test func whatTheFileDoesNotSayIsSaid() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            try FileManager.default.copyItem(
                at: Self.fixtures.appending(path: "vit.onnx"), to: folder.appending(path: "v.onnx"))
            let outcome = try Program.run("predict v.onnx data/cat/p0_0.png --json", in: folder)
            #expect(outcome.error.contains("v.onnx does not say how its pictures are prepared"))
            #expect(try probabilities(outcome).keys.sorted() == ["0", "1", "2", "3", "4"])
            let size = try Program.run(
                "finetune --model v.onnx --data data --size 48 --epochs 1 -o a.safetensors",
                in: folder, status: 1)
            #expect(size.error.contains("cannot take pictures of 48x48"))
        }
    }

    /// Batch norm that an exporter folded away: told, put back where asked, refused where none is missing.
    @Test func batchNormIsPutBack() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            try FileManager.default.copyItem(
                at: Self.fixtures.appending(path: "mobile.onnx"),
                to: folder.appending(path: "m.onnx"))
            func finetune(_ rest: String, status: Int32 = 0) throws -> String {
                try Program.run(
                    "finetune --data data --epochs 0 --threads 1 \(rest)", in: folder,
                    status: status
                ).error
            }
            let plain = try finetune("--model m.onnx -o plain.safetensors")
            let folded = try Model.read(onnx: folder.appending(path: "m.onnx")).graph.foldedNorms
            #expect(
                plain.contains(
                    "  note     \(folded.count) convolutions have no batch norm (exporters fold it "
                        + "away): --restore-batch-norm puts it back\n"))
            let restored = try finetune(
                "--model m.onnx --restore-batch-norm -o restored.safetensors")
            #expect(
                restored.contains(
                    "  weights  batch norm is back behind \(folded.count) convolutions\n"))
            let nodes = try ["plain", "restored"].map {
                try Model.read(folder.appending(path: "\($0).safetensors")).graph.nodes
                    .count { $0.type == "BatchNormalization" }
            }
            #expect(nodes == [0, folded.count])
            let none = try finetune(
                "--weights w.pth --size 32 --restore-batch-norm -o none.safetensors", status: 1)
            #expect(
                none.contains(
                    "error: --restore-batch-norm: every convolution of the network has one\n"))
        }
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let both = try Program.run(
                "finetune --model m.onnx --weights w.pth --data data -o a.safetensors", in: folder,
                status: 64)
            #expect(both.error.contains("--model brings its own weights"))
            try Data("no network".utf8).write(to: folder.appending(path: "bad.onnx"))
            let bad = try Program.run("inspect bad.onnx", in: folder, status: 1)
            #expect(bad.error.hasPrefix("error: bad.onnx: has no protobuf field at byte 0."))
            #expect(bad.output.isEmpty)
        }
    }
}
