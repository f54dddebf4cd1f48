import Core
import Datasets
import Formats
import Foundation
import Models

/// The starting state that a network's file points to, beside it.
package struct InitialReference: Codable, Equatable, Sendable {
    /// The file's name, without folders.
    package let file: String
    package let sha256: String
}

/// What a network's file says of how it was made: values as JSON in its metadata.
extension Model {
    /// Keeps a value under a name.
    package mutating func record(_ value: some Encodable, as key: String) throws {
        metadata[key] = try CanonicalJSON.line.text(value)
    }

    /// A value that was kept; nil where there is none.
    ///
    /// - Parameter file: for messages.
    /// - Throws: `FormatError` for one that cannot be read.
    package func recorded<Value: Decodable>(
        _ type: Value.Type, _ key: String, file: String
    ) throws -> Value? {
        guard let text = metadata[key] else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw FormatError(
                file: file, found: "its '\(key)' cannot be read (\(error))",
                expected: "what Winnow writes there", advice: "Make the network again.")
        }
    }

    /// The preprocessing that it was trained with; for an ONNX file that does not say, ImageNet's, at the size
    /// that the file names, which `note` is told.
    ///
    /// - Throws: `NetworkError` for a network that says neither.
    package func preprocessing(file: String, note: (String) -> Void) throws -> Preprocessing {
        if let found = try recorded(Preprocessing.self, "preprocessing", file: file) {
            return found
        }
        let sides = (graph.input.shape ?? []).suffix(2).compactMap { $0 }
        guard file.lowercased().hasSuffix(".onnx"), sides.count == 2 else {
            throw NetworkError(
                "\(file): it does not say how its pictures were prepared. Make it with winnow finetune."
            )
        }
        note(
            "\(file) does not say how its pictures are prepared: taken to be "
                + "ImageNet's way, \(sides[1])x\(sides[0])")
        return try Preprocessing(height: sides[0], width: sides[1])
    }

    /// Refuses pictures whose classes are not the network's, in the same order.
    ///
    /// - Throws: `NetworkError` with what is missing and what is unknown.
    package func check(_ found: [String], file: String) throws {
        guard found != classes else { return }
        let missing = classes.filter { !found.contains($0) }
        let extra = found.filter { !classes.contains($0) }
        var parts: [String] = []
        if !missing.isEmpty { parts.append("missing: \(missing.joined(separator: ", "))") }
        if !extra.isEmpty { parts.append("unknown to it: \(extra.joined(separator: ", "))") }
        if parts.isEmpty { parts.append("the order differs") }
        throw NetworkError(
            "\(file) scores \(classes.joined(separator: ", ")), but the data's classes are "
                + "\(found.joined(separator: ", ")) (\(parts.joined(separator: "; "))). "
                + "Give it the data it was trained for, or fine-tune anew.")
    }
}
