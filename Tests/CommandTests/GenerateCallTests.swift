import Datasets
import Formats
import Foundation
import Generating
import Testing

/// `winnow generate` as a person calls it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct GenerateCallTests {
    private static let small = "--size 16 --epochs 2 --batch-size 4 --width 2 --latent 3 --seed 4"

    private struct Outcome: Decodable {
        let kind: String
        let trainCount: Int
        let memorisation: Memorisation
    }

    @Test(arguments: ["vae", "gan"])
    func aGeneratorIsTrainedAndDrawnFrom(_ kind: String) throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call = "generate data -o g.safetensors --kind \(kind) \(Self.small)"
            let trained = try Program.run(call + " --json", in: folder)
            #expect(trained.status == 0, "\(trained.error)")
            let found = try JSONDecoder().decode(Outcome.self, from: Data(trained.output.utf8))
            #expect(found.kind == kind && found.trainCount > 0)
            #expect(found.memorisation.pictures == found.trainCount)
            let file = folder.appending(path: "g.safetensors")
            let generator = try PictureGenerator(file)
            #expect(generator.origin.pictures == found.trainCount && generator.history.count == 2)
            #expect(
                !FileManager.default.fileExists(atPath: file.path + ".resume"))
            // The same call again: the same bytes.
            let first = try Data(contentsOf: file)
            #expect(try Program.run(call, in: folder).status == 0)
            #expect(try Data(contentsOf: file) == first)
            let drawn = try Program.run(
                "generate data --sample g.safetensors --sheet s.png --interpolations i.png --traversal t.png "
                    + "--classes c.png --neighbours n.png --per-class 3 --to made", in: folder)
            #expect(drawn.status == 0, "\(drawn.error)")
            #expect(drawn.output.contains("learnt by heart:"))
            for name in ["s", "i", "t", "c", "n"] {
                _ = try Picture(contentsOf: folder.appending(path: "\(name).png").path)
            }
            let root = folder.appending(path: "made")
            let manifest = try Manifest(
                contentsOf: root.appending(path: "manifest.json").path)
            #expect(manifest.pictures.count == 3 * generator.classes.count)
            #expect(manifest.generated.count == manifest.pictures.count)
            #expect(Set(manifest.pictures.compactMap(\.generated)).count == 1)
            let picture = try Picture(
                contentsOf: root.appending(path: manifest.pictures[0].file).path)
            #expect(picture.width == 16 && picture.height == 16)
            let again = try Program.run(
                "generate --sample g.safetensors --to made", in: folder, status: 1)
            #expect(again.error.contains("holds files already"))
        }
    }

    @Test func wrongCallsAreOneLine() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            func error(_ call: String, _ status: Int32 = 64) throws -> String {
                let outcome = try Program.run("generate " + call, in: folder, status: status)
                #expect(outcome.output.isEmpty)
                return outcome.error
            }
            #expect(try error("data").contains("-o FILE.safetensors"))
            #expect(try error("data -o g.onnx").contains("written as .safetensors"))
            #expect(try error("data -o g.safetensors --kind vea").contains("vae"))
            #expect(try error("data -o g.safetensors --size 50").contains("4, 5, 6 or 7 doubled"))
            #expect(try error("data -o g.safetensors --to x").contains("--to needs --sample"))
            #expect(
                try error("data -o g.safetensors --kind gan --beta 3").contains("no divergence"))
            #expect(
                try error("data -o g.safetensors --epochs 0 --size 16", 1).contains(
                    "--epochs must be"))
            #expect(
                try error("--sample none.safetensors --sheet s.png", 1).contains("none.safetensors")
            )
            #expect(try error("--sample x --epochs 3").contains("trained already"))
            try Data("no tensors".utf8).write(to: folder.appending(path: "bad.safetensors"))
            #expect(
                try error("--sample bad.safetensors --sheet s.png", 1).contains("bad.safetensors"))
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "s.png").path))
        }
    }
}
