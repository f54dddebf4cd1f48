import ArgumentParser
import Formats
import Foundation
import Networks

/// `winnow export`: a network's weights alone, for PyTorch and others.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a network's weights alone, for PyTorch: pruned weights are zeros.",
        discussion: """
            In Python: torchvision.models.resnet18(num_classes=N).load_state_dict(torch.load(FILE)). \
            The weights of a compacted network have its smaller shapes. Class names, masks and how \
            pictures are prepared stay behind.
            """)

    @Argument(help: "A network written by Winnow.")
    var model: String
    @Option(name: .shortAndLong, help: "The weights: a .pth or .safetensors file.")
    var output: String

    func run() throws {
        let target = NetworkFiles.url(output)
        guard ["pth", "pt", "safetensors"].contains(target.pathExtension.lowercased()) else {
            throw ValidationError("-o \(output): weights are written as .pth or .safetensors")
        }
        let network = try Checkpoint.read(NetworkFiles.url(model))
        try TensorFile.write(network.state.hosted(), to: target)
        let classes = network.classes.joined(separator: ", ")
        print(
            "\(network.state.names.count) tensors of a \(network.architecture.rawValue) for \(classes)"
        )
    }
}
