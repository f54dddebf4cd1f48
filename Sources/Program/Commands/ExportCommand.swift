import ArgumentParser
import Datasets
import Formats
import Foundation
import Models

/// `winnow export`: a network for PyTorch, onnxruntime and others.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a network as ONNX, or its weights alone for PyTorch.",
        discussion: """
            .onnx holds the whole network, and names of classes and how pictures are prepared in its \
            metadata. .pth and .safetensors hold the weights; in Python, for a built-in network: \
            torchvision.models.resnet18(num_classes=N).load_state_dict(torch.load(FILE)). Pruned \
            weights are zeros; a compacted network has its smaller shapes.
            """)

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @Option(name: .shortAndLong, help: "A .onnx, .pth or .safetensors file.")
    var output: String

    func run() throws {
        let target = try NetworkFiles.output(
            output, endings: ["onnx", "pth", "pt", "safetensors"], reading: [model])
        var network = try NetworkFiles.network(model)
        if target.pathExtension.lowercased() == "onnx" {
            if let size = try NetworkFiles.value(
                Preprocessing.self, "preprocessing", of: network, file: model)
            {
                network = try network.sized(height: size.height, width: size.width)
            }
            try network.write(forOthers: target)
        } else {
            try network.write(weights: target)
        }
        Output.line("\(network.state.names.count) tensors of \(network.words)")
    }
}
