import Core
import Formats
import Foundation
import Models
import Torch

/// A generator in a safetensors file: tensors `decoder.*` and `encoder.*`, the rest as text in the metadata.
extension PictureGenerator {
    private static let format = "winnow-generator"

    /// Writes the file aside, reads it back, and renames it into place.
    package func write(to url: URL) throws {
        var dict = StateDict()
        dict.metadata["format"] = Self.format
        dict.metadata["version"] = "1"
        for (word, model) in [("decoder", decoder), ("encoder", encoder)] {
            guard let model else { continue }
            try model.state.requireFinite()
            for (name, tensor) in model.state.entries {
                dict["\(word).\(name)"] = try tensor.host()
            }
            dict.metadata[word] = try CanonicalJSON.line.text(model.graph)
        }
        dict.metadata["settings"] = try CanonicalJSON.line.text(settings)
        dict.metadata["classes"] = try CanonicalJSON.line.text(classes)
        dict.metadata["origin"] = try CanonicalJSON.line.text(origin)
        dict.metadata["history"] = try CanonicalJSON.line.text(history)
        try SafetensorsWriter.write(dict, to: url) { _ = try PictureGenerator($0) }
    }

    /// Reads a file written by `write`.
    ///
    /// - Throws: `FormatError` for a damaged file, `NetworkError` when it is no generator.
    package init(_ url: URL) throws {
        let dict = try TensorFile.read(url)
        let file = url.lastPathComponent
        guard dict.metadata["format"] == Self.format else {
            throw NetworkError(
                "\(file): not a generator (winnow generate DATA writes one)"
                    + (dict.metadata["format"] == "winnow"
                        ? "; it is a network that scores classes" : ""))
        }
        func decoded<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
            guard let text = dict.metadata[key],
                let value = try? JSONDecoder().decode(type, from: Data(text.utf8))
            else { throw NetworkError("\(file): its '\(key)' is missing or unreadable") }
            return value
        }
        func model(_ word: String) throws -> Model {
            let tensors = try dict.entries.filter { $0.name.hasPrefix("\(word).") }.map {
                (String($0.name.dropFirst(word.count + 1)), try Tensor($0.tensor))
            }
            return try Model(decoded(Graph.self, word), StateDictionary(tensors))
        }
        do {
            let settings = try decoded(GeneratorSettings.self, "settings")
            try settings.check()
            try self.init(
                decoder: model("decoder"),
                encoder: dict.metadata["encoder"] == nil ? nil : model("encoder"),
                settings: settings, classes: decoded([String].self, "classes"),
                origin: decoded(GeneratorOrigin.self, "origin"),
                history: decoded([GeneratorEpoch].self, "history"))
            try decoder.state.requireFinite()
        } catch let error as NetworkError where !"\(error)".hasPrefix(file) {
            throw NetworkError("\(file): \(error)")
        }
    }
}
