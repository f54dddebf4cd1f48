import Formats
import Foundation
import Networks
import Testing

/// `winnow export` as a person calls it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct ExportCallTests {
    @Test(arguments: ["w.pth", "w.safetensors"])
    func theWeightsAreTheNetworks(name: String) throws {
        try withFolder { folder in
            let state = try Initialization.state(.resnet18, classes: 2, seed: 3)
            let network = Checkpoint(
                architecture: .resnet18, classes: ["cat", "dog"], state: state,
                metadata: ["note": "stays behind"])
            try network.write(to: folder.appending(path: "m.safetensors"))
            let outcome = try Program.run(["export", "m.safetensors", "-o", name], in: folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.output == "122 tensors of a resnet18 for cat, dog\n")
            let file = folder.appending(path: name)
            let written = try TensorFile.read(file)
            #expect(written.metadata.isEmpty)
            #expect(try StateDictionary(written).isBitwiseEqual(to: state))
            #expect(try Pretrained.read(file, .resnet18).classes == 2)
        }
    }

    @Test func anotherFormIsRefused() throws {
        try withFolder { folder in
            let outcome = try Program.run(["export", "m.safetensors", "-o", "w.h5"], in: folder)
            #expect(outcome.status == 64 && outcome.output.isEmpty)
            let words = "error: -o w.h5: weights are written as .pth or .safetensors\n"
            #expect(outcome.error == words)
        }
    }
}
