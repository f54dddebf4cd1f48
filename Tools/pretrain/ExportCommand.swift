import ArgumentParser
import Formats
import Foundation
import Networks
import Torch

/// `pretrain export`: the backbone of a training, in 16 bits.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the backbone of a training, without heads, as float16 (or float32).")

    @Option(help: "Folder of the training.") var from: String
    @Option(help: "File to write (.safetensors or .pth).") var to: String
    @Flag(help: "Keep 32 bits.") var full = false

    func run() throws {
        let file = URL(fileURLWithPath: from).appending(path: SourceCheckpoint.name)
        let dict = try TensorFile.read(file)
        let saved = try StateDictionary(dict)
        var state = StateDict()
        for spec in Architecture.resnet18.tensors(classes: 1) where !spec.name.hasPrefix("fc.") {
            if spec.kind == .batchCount { continue }
            let tensor = try saved.require(spec.name)
            let isWide = full || spec.kind != .convolution
            state[spec.name] = try tensor.to(dtype: isWide ? .float32 : .float16)
                .contiguous().host()
        }
        state.metadata = ["architecture": Architecture.resnet18.rawValue, "licence": "CC0-1.0"]
        try TensorFile.write(state, to: URL(fileURLWithPath: to))
    }
}
