import Formats
import Foundation
import Torch

/// Pretrained weights of a built-in network, from a `.pth` or safetensors file.
package enum Pretrained {
    /// Reads a full network's state dictionary; a `module.` prefix (DataParallel) is taken off.
    ///
    /// - Parameter size: height and width of the pictures; what the network was made for where nil.
    /// - Returns: the network with the classes of the file, not named; float32.
    /// - Throws: `FormatError` for a damaged file, `NetworkError` naming what is missing or misshapen.
    package static func read(
        _ url: URL, _ architecture: Architecture, size: Int? = nil
    ) throws -> Model {
        let dict = try TensorFile.read(url)
        let file = url.lastPathComponent
        func find(_ name: String) -> HostTensor? { dict[name] ?? dict["module." + name] }
        let head = try architecture.graph(classes: 1).head().weight
        guard let classifier = find(head), classifier.shape.count == 2 else {
            throw NetworkError(
                "\(file): no classifier '\(head)' in it, so it is no \(architecture.rawValue) by "
                    + "torchvision's names; it holds \(dict.count) tensors, the first "
                    + "'\(dict.names.first ?? "none")'")
        }
        let graph = try architecture.graph(classes: classifier.shape[0], size: size)
        var state = StateDictionary()
        var problems: [String] = []
        for parameter in graph.parameters {
            let isCount = parameter.dtype == .int64
            guard let tensor = find(parameter.name) else {
                // Files from before PyTorch 0.4.1 (torchvision's own among them) have no batch counts.
                if isCount {
                    state[parameter.name] = try .zeros([], dtype: .int64)
                } else {
                    problems.append("\(parameter.name) is missing")
                }
                continue
            }
            guard tensor.shape == parameter.shape else {
                problems.append(
                    "\(parameter.name) is \(tensor.shape), expected \(parameter.shape)")
                continue
            }
            state[parameter.name] = try Tensor(tensor).to(dtype: isCount ? .int64 : .float32)
        }
        try refuse(problems, file, architecture)
        for (name, tensor) in state.entries where try !tensor.isAllFinite() {
            throw NetworkError("\(file): \(name) holds NaN or infinite values")
        }
        return try Model(graph, state)
    }

    private static func refuse(
        _ problems: [String], _ file: String, _ architecture: Architecture
    ) throws {
        guard !problems.isEmpty else { return }
        let shown = problems.prefix(4).joined(separator: "; ")
        let rest = problems.count > 4 ? "; and \(problems.count - 4) more" : ""
        throw NetworkError(
            "\(file): not the weights of a \(architecture.rawValue): \(shown)\(rest). "
                + "Choose another `architecture`.")
    }
}
