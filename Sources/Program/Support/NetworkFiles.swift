import ArgumentParser
import Core
import Datasets
import Formats
import Foundation
import Models
import Studies

/// The starting state that a network's file points to, beside it.
struct InitialReference: Codable, Equatable {
    /// The file's name, without folders.
    let file: String
    let sha256: String
}

/// Networks in files, with what travels in their metadata.
enum NetworkFiles {
    /// The file of a path as the shell gave it.
    static func url(_ path: String) -> URL { URL(fileURLWithPath: path) }

    /// A network from a file: Winnow's own, or ONNX, whose classes are numbers unless it names them.
    ///
    /// - Parameter size: height and width of the pictures, where an ONNX file leaves them open.
    static func network(_ path: String, size: Int? = nil) throws -> Model {
        try Model.open(url(path), size: size)
    }

    /// Writes a network as the file's ending says.
    static func write(_ network: Model, to url: URL) throws {
        if url.pathExtension.lowercased() == "onnx" {
            try network.write(onnx: url)
        } else {
            try network.write(to: url)
        }
    }

    /// Checks, before any work, that a network can be written there.
    static func output(_ path: String, endings: [String] = ["safetensors"]) throws -> URL {
        let url = url(path)
        guard endings.contains(url.pathExtension.lowercased()) else {
            let all = endings.map { ".\($0)" }.joined(separator: ", ")
            throw ValidationError("-o \(path): a network is written as \(all); name it so")
        }
        let folder = url.deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw ValidationError("-o \(path): the folder \(folder) does not exist or is read-only")
        }
        return url
    }

    /// A value as it stands in metadata: JSON with sorted keys.
    static func text(_ value: some Encodable) throws -> String {
        try CanonicalJSON.line.text(value)
    }

    /// A value of the metadata; nil where it is missing.
    static func value<Value: Decodable>(
        _ type: Value.Type, _ key: String, of network: Model, file: String
    ) throws -> Value? {
        guard let text = network.metadata[key] else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw FormatError(
                file: file, found: "its '\(key)' cannot be read (\(error))",
                expected: "what Winnow writes there", advice: "Make the network again.")
        }
    }

    /// The preprocessing that a network was trained with; for an ONNX file that does not say, ImageNet's, at
    /// the size that the file names, which one line tells.
    static func preprocessing(_ network: Model, file: String) throws -> Preprocessing {
        guard let found = try value(Preprocessing.self, "preprocessing", of: network, file: file)
        else {
            let sides = (network.graph.input.shape ?? []).suffix(2).compactMap { $0 }
            if file.lowercased().hasSuffix(".onnx"), sides.count == 2 {
                Console.note(
                    "  note     \(file) does not say how its pictures are prepared: taken to be "
                        + "ImageNet's way, \(sides[1])x\(sides[0])")
                return try Preprocessing(height: sides[0], width: sides[1])
            }
            throw NetworkError(
                "\(file): it does not say how its pictures were prepared. Make it with winnow finetune."
            )
        }
        return found
    }

    /// Refuses pictures whose classes are not the network's, in the same order.
    static func check(_ classes: [String], fits network: Model, file: String) throws {
        guard classes != network.classes else { return }
        let missing = network.classes.filter { !classes.contains($0) }
        let extra = classes.filter { !network.classes.contains($0) }
        var parts: [String] = []
        if !missing.isEmpty { parts.append("missing: \(missing.joined(separator: ", "))") }
        if !extra.isEmpty { parts.append("unknown to it: \(extra.joined(separator: ", "))") }
        if parts.isEmpty { parts.append("the order differs") }
        throw NetworkError(
            "\(file) scores \(network.classes.joined(separator: ", ")), but the data's classes are "
                + "\(classes.joined(separator: ", ")) (\(parts.joined(separator: "; "))). "
                + "Give it the data it was trained for, or fine-tune anew.")
    }

    /// Names of the built-in networks, for help.
    static let architectures = Architecture.allCases.map(\.rawValue).joined(separator: ", ")

    /// The architecture with a name.
    static func architecture(_ name: String) throws -> Architecture {
        if let known = Architecture(rawValue: name) { return known }
        throw ValidationError(
            NearestName.refusal(
                of: name, "architecture", among: Architecture.allCases.map(\.rawValue)))
    }

    /// Prints one JSON document on standard output.
    static func printJSON(_ value: some Encodable) throws {
        FileHandle.standardOutput.write(
            try CanonicalJSON.page.naming(nan: "nan").document(value))
    }

    /// Prints rows in columns: the first to the left, the others to the right.
    static func printTable(_ rows: [[String]]) {
        for line in TextTable.aligned(rows, numbers: .right) { print(line) }
    }

    /// A fraction as a percentage with one digit.
    static func percent(_ fraction: Double) -> String { String(format: "%.1f%%", 100 * fraction) }
}
