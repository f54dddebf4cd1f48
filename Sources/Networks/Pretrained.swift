import Formats
import Foundation
import Torch

/// Pretrained weights, from a `.pth` or safetensors file, made ready for a new set of classes.
package enum Pretrained {
    /// Reads a full network's state dictionary; a `module.` prefix (DataParallel) is taken off.
    ///
    /// - Returns: tensors in the architecture's order, float32, and the number of classes of the file.
    /// - Throws: `FormatError` for a damaged file, `NetworkError` naming what is missing or misshapen.
    package static func read(
        _ url: URL, _ architecture: Architecture
    ) throws -> (state: StateDictionary, classes: Int) {
        let dict = try TensorFile.read(url)
        let file = url.lastPathComponent
        func find(_ name: String) -> HostTensor? { dict[name] ?? dict["module." + name] }
        guard let fc = find("fc.weight"), fc.shape.count == 2 else {
            throw NetworkError(
                "\(file): no classifier 'fc.weight' in it, so it is no \(architecture.rawValue) by "
                    + "torchvision's names; it holds \(dict.count) tensors, the first "
                    + "'\(dict.names.first ?? "none")'")
        }
        let classes = fc.shape[0]
        var state = StateDictionary()
        var problems: [String] = []
        for spec in architecture.tensors(classes: classes) {
            guard let tensor = find(spec.name) else {
                // Files from before PyTorch 0.4.1 (torchvision's own among them) have no batch counts.
                if spec.kind == .batchCount {
                    state[spec.name] = try .zeros([], dtype: .int64)
                } else {
                    problems.append("\(spec.name) is missing")
                }
                continue
            }
            guard tensor.shape == spec.shape else {
                problems.append("\(spec.name) is \(tensor.shape), expected \(spec.shape)")
                continue
            }
            state[spec.name] = try Tensor(tensor).to(
                dtype: spec.kind == .batchCount ? .int64 : .float32)
        }
        try refuse(problems, file, architecture)
        for (name, tensor) in state.entries where try !tensor.isAllFinite() {
            throw NetworkError("\(file): \(name) holds NaN or infinite values")
        }
        return (state, classes)
    }

    /// Pretrained weights with a new classifier for `classes` classes, drawn from `seed`.
    package static func withNewClassifier(
        _ pretrained: StateDictionary, _ architecture: Architecture, classes: Int, seed: UInt64
    ) throws -> StateDictionary {
        var state = try pretrained.copied()
        let fresh = try Initialization.classifier(
            classes: classes, features: architecture.features, seed: seed)
        state["fc.weight"] = fresh.weight
        state["fc.bias"] = fresh.bias
        return state
    }

    private static func refuse(
        _ problems: [String], _ file: String, _ architecture: Architecture
    ) throws {
        guard !problems.isEmpty else { return }
        let shown = problems.prefix(4).joined(separator: "; ")
        let rest = problems.count > 4 ? "; and \(problems.count - 4) more" : ""
        throw NetworkError(
            "\(file): not the weights of a \(architecture.rawValue): \(shown)\(rest). "
                + "Choose the architecture with --architecture.")
    }
}
