import Formats
import Foundation
import Torch

/// Pretrained weights of a built-in network, from a `.pth` or safetensors file.
package enum Pretrained {
    /// Reads a full network's state dictionary, under whatever wrappers it was saved (see `WeightNames`).
    ///
    /// Parameters that `torch.nn.utils.prune` split into `_orig` and `_mask` are read as masked.
    /// - Parameters:
    ///   - size: height and width of the pictures; what the network was made for where nil.
    ///   - replacesHead: whether the classifier is drawn anew afterwards, so that one that is missing or of
    ///     another shape does no harm; it is then one class of zeros.
    ///   - note: told what was taken otherwise than it stands in the file, a line each.
    /// - Returns: the network with the classes of the file, not named; float32.
    /// - Throws: `FormatError` for a damaged file, `NetworkError` naming what is missing or misshapen.
    package static func read(
        _ url: URL, _ architecture: Architecture, size: Int? = nil, replacesHead: Bool = false,
        note: (String) -> Void = { _ in }
    ) throws -> Model {
        let dict = try TensorFile.read(url)
        let file = url.lastPathComponent
        for words in dict.notes { note("\(file): \(words)") }
        let plain = try architecture.graph(classes: 1, size: size)
        let names = WeightNames(dict, parameters: plain.parameters.map(\.name))
        let head = try plain.head()
        var reader = PretrainedReader(names: names)
        let graph: Graph
        if let classes = names.classCount(head, of: plain, strictly: replacesHead) {
            graph = try architecture.graph(classes: classes, size: size)
        } else {
            guard replacesHead, names.found > 0 else {
                throw NetworkError(
                    "\(file): no classifier '\(head.weight)' in it, so it is no "
                        + "\(architecture.rawValue) by torchvision's names; it holds \(dict.count) "
                        + "tensors, the first '\(dict.names.first ?? "none")'")
            }
            (graph, reader.drawn) = (plain, Set([head.weight, head.bias].compactMap { $0 }))
        }
        for parameter in graph.parameters { try reader.read(parameter) }
        try refuse(reader.problems, file, architecture, names)
        for words in names.notes(head, isDrawn: !reader.drawn.isEmpty) { note("\(file): \(words)") }
        if !reader.masks.names.isEmpty {
            note(
                "\(file): \(reader.masks.names.count) parameters are pruned (torch.nn.utils.prune), and "
                    + "read with their masks")
        }
        for (name, tensor) in reader.state.entries where try !tensor.isAllFinite() {
            throw NetworkError("\(file): \(name) holds NaN or infinite values")
        }
        return try Model(graph, reader.state, masks: reader.masks)
    }

    private static func refuse(
        _ problems: [String], _ file: String, _ architecture: Architecture, _ names: WeightNames
    ) throws {
        guard !problems.isEmpty else { return }
        let shown = problems.prefix(4).joined(separator: "; ")
        let rest = problems.count > 4 ? "; and \(problems.count - 4) more" : ""
        let advice =
            architectures(that: names.dict).map { "They fit `architecture` \($0)." }
            ?? "Choose another `architecture`."
        throw NetworkError(
            "\(file): not the weights of a \(architecture.rawValue): \(shown)\(rest). \(advice)")
    }

    /// The built-in network that the tensors are those of, but for the classifier.
    private static func architectures(that dict: StateDict) -> String? {
        Architecture.allCases.first { other in
            guard let graph = try? other.graph(classes: 1), let head = try? graph.head() else {
                return false
            }
            let names = WeightNames(dict, parameters: graph.parameters.map(\.name))
            return graph.parameters.allSatisfy {
                $0.dtype == .int64 || [head.weight, head.bias].contains($0.name)
                    || names.shape($0.name) == $0.shape
            }
        }?.rawValue
    }
}
