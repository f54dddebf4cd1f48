import Formats
import Foundation
import Torch

/// A network in a file: architecture, class names, weights, masks, and what else travels with it.
///
/// Stored as safetensors: the state dictionary under torchvision's names, masks as `mask.<parameter>`
/// (uint8), the rest as text in the header's metadata.
package struct Checkpoint {
    package var architecture: Architecture
    /// Class names; the classifier's row k scores `classes[k]`.
    package var classes: [String]
    package var state: StateDictionary
    /// Parameter name -> 0/1 tensor (float32, same shape): what pruning took out.
    package var masks: StateDictionary
    /// Text under a key of its own: `preprocessing`, `initial`, `history` and the like.
    package var metadata: [String: String]

    package init(
        architecture: Architecture, classes: [String], state: StateDictionary,
        masks: StateDictionary = StateDictionary(), metadata: [String: String] = [:]
    ) {
        self.architecture = architecture
        self.classes = classes
        self.state = state
        self.masks = masks
        self.metadata = metadata
    }

    private static let maskPrefix = "mask."
    private static let formatVersion = "1"

    /// Writes the file aside and renames it into place.
    package func write(to url: URL) throws {
        var dict = try state.hosted()
        for (name, mask) in masks.entries {
            dict[Self.maskPrefix + name] = try mask.to(dtype: .uint8).host()
        }
        dict.metadata = metadata
        dict.metadata["format"] = "winnow"
        dict.metadata["version"] = Self.formatVersion
        dict.metadata["architecture"] = architecture.rawValue
        dict.metadata["classes"] = try Self.json(classes)
        try SafetensorsWriter.write(dict, to: url)
    }

    /// Reads a file written by `write`.
    ///
    /// - Throws: `FormatError` for a damaged file, `NetworkError` when it is no Winnow network or its
    ///   tensors do not fit each other.
    package static func read(_ url: URL) throws -> Checkpoint {
        let dict = try TensorFile.read(url)
        let file = url.lastPathComponent
        guard dict.metadata["format"] == "winnow" else {
            throw NetworkError(
                "\(file): not a network written by Winnow (no architecture and class names in it). "
                    + "Bare weights become one with winnow finetune --weights \(file).")
        }
        guard let architecture = dict.metadata["architecture"].flatMap(Architecture.init) else {
            throw NetworkError(
                "\(file): its architecture is '\(dict.metadata["architecture"] ?? "missing")'; known are "
                    + Architecture.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let classes = try Self.classes(dict.metadata["classes"], file)
        var state = StateDictionary()
        var masks = StateDictionary()
        for (name, tensor) in dict.entries {
            if name.hasPrefix(maskPrefix) {
                masks[String(name.dropFirst(maskPrefix.count))] = try Tensor(tensor).to(
                    dtype: .float32)
            } else {
                state[name] = try Tensor(tensor)
            }
        }
        let read = Checkpoint(
            architecture: architecture, classes: classes, state: state, masks: masks,
            metadata: dict.metadata)
        try read.check(file)
        return read
    }

    private static func json(_ value: [String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func classes(_ text: String?, _ file: String) throws -> [String] {
        guard let text,
            let classes = try? JSONDecoder().decode([String].self, from: Data(text.utf8)),
            !classes.isEmpty
        else { throw NetworkError("\(file): its class names are missing or unreadable") }
        return classes
    }

    /// Refuses tensors that do not fit each other, before anything computes with them.
    private func check(_ file: String) throws {
        let fc = try state.require("fc.weight")
        guard fc.rank == 2, fc.shape[0] == classes.count else {
            throw NetworkError(
                "\(file): fc.weight has shape \(fc.shape), but there are \(classes.count) classes")
        }
        for (name, mask) in masks.entries where try state.require(name).shape != mask.shape {
            throw NetworkError(
                "\(file): mask.\(name) has shape \(mask.shape), its parameter "
                    + "\(try state.require(name).shape)")
        }
        for (name, tensor) in state.entries where try !tensor.isAllFinite() {
            throw NetworkError("\(file): \(name) holds NaN or infinite values")
        }
        _ = try ResNet(architecture, state)
    }
}
