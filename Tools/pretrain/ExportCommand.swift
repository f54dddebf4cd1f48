import ArgumentParser
import Formats
import Foundation
import Models
import Torch

/// `pretrain export`: the network of a training, in 16 bits.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the backbone of a training and one of its heads: where the landmarks are."
    )

    @Option(help: "Folder of the training.") var from: String
    @Option(help: "File to write (.safetensors or .pth).") var to: String
    @Flag(help: "Keep convolutions in 32 bits instead of 16.") var full = false

    func run() throws {
        let file = URL(fileURLWithPath: from).appending(path: SourceCheckpoint.name)
        let dict = try TensorFile.read(file)
        let header = try SourceCheckpoint.header(dict, file)
        var saved = try StateDictionary(dict)
        for name in ["fc.weight", "fc.bias"] {
            saved[name] = try saved.require(name).narrow(dim: 0, start: 0, length: header.points)
        }
        var state = StateDict()
        for spec in try Architecture.resnet18.tensors(classes: header.points)
        where spec.kind != .batchCount {
            let isShort = !full && [.convolution, .linearWeight].contains(spec.kind)
            state[spec.name] = try saved.require(spec.name)
                .to(dtype: isShort ? .float16 : .float32).contiguous().host()
        }
        state.metadata = [
            "architecture": Architecture.resnet18.rawValue, "licence": "CC0-1.0",
            "outputs": "64 landmarks of a face: x and y from their mean, standardised",
            "made by": "Tools/pretrain, \(header.options.epochs) epochs of source pictures of seed "
                + "\(header.source)",
        ]
        try TensorFile.write(state, to: URL(fileURLWithPath: to))
    }
}
