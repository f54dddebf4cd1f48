import Formats
import Foundation
import Models
import Testing

/// `winnow export` as a person calls it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct ExportCallTests {
    @Test(arguments: ["w.pth", "w.safetensors"])
    func theWeightsAreTheNetworks(name: String) throws {
        try withFolder { folder in
            let state = try Model.drawn(.resnet18, classes: 2, seed: 3).state
            let network = try Model(
                .resnet18, state, classes: ["cat", "dog"],
                metadata: ["note": "stays behind"])
            try network.write(to: folder.appending(path: "m.safetensors"))
            let outcome = try Program.run(["export", "m.safetensors", "-o", name], in: folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.output == "122 tensors of a resnet18 for cat, dog\n")
            let file = folder.appending(path: name)
            let written = try TensorFile.read(file)
            #expect(written.metadata.isEmpty)
            #expect(try StateDictionary(written).isBitwiseEqual(to: state))
            #expect(try Pretrained.read(file, .resnet18).graph.classCount() == 2)
        }
    }

    @Test func anotherFormIsRefused() throws {
        try withFolder { folder in
            let outcome = try Program.run(["export", "m.safetensors", "-o", "w.h5"], in: folder)
            #expect(outcome.status == 64 && outcome.output.isEmpty)
            let words =
                "error: -o w.h5: a network is written as .onnx, .pth, .pt, .safetensors; name it so\n"
            #expect(outcome.error == words)
        }
    }
}
