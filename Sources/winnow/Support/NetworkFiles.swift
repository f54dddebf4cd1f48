import ArgumentParser
import Datasets
import Formats
import Foundation
import Networks
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

    /// Checks, before any work, that a network can be written there.
    static func output(_ path: String) throws -> URL {
        let url = url(path)
        guard url.pathExtension.lowercased() == "safetensors" else {
            throw ValidationError("-o \(path): a network is written as .safetensors; name it so")
        }
        let folder = url.deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw ValidationError("-o \(path): the folder \(folder) does not exist or is read-only")
        }
        return url
    }

    /// SHA-256 of a file's bytes.
    static func sha256(_ url: URL) throws -> String {
        do {
            return ContentHash.sha256(try Data(contentsOf: url, options: .mappedIfSafe))
        } catch {
            throw FormatError(
                file: url.path, found: "cannot be read (\(error.localizedDescription))",
                expected: "a file of weights", advice: "Check the path.")
        }
    }

    /// A value as it stands in metadata: JSON with sorted keys.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A value of the metadata; nil where it is missing.
    static func value<Value: Decodable>(
        _ type: Value.Type, _ key: String, of network: Checkpoint, file: String
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

    /// The preprocessing that a network was trained with.
    static func preprocessing(_ network: Checkpoint, file: String) throws -> Preprocessing {
        guard let found = try value(Preprocessing.self, "preprocessing", of: network, file: file)
        else {
            throw NetworkError(
                "\(file): it does not say how its pictures were prepared. Make it with winnow finetune."
            )
        }
        return found
    }

    /// Refuses pictures whose classes are not the network's, in the same order.
    static func check(_ classes: [String], fits network: Checkpoint, file: String) throws {
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

    /// The architecture with a name.
    static func architecture(_ name: String) throws -> Architecture {
        if let known = Architecture(rawValue: name) { return known }
        throw ValidationError(
            "no architecture '\(name)'. Architectures: "
                + Architecture.allCases.map(\.rawValue).joined(separator: ", "))
    }

    /// Prints one JSON document on standard output.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
    }

    /// Prints rows in columns: the first to the left, the others to the right.
    static func printTable(_ rows: [[String]]) {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }
            print(cells.joined(separator: "  "))
        }
    }

    /// A fraction as a percentage with one digit.
    static func percent(_ fraction: Double) -> String { String(format: "%.1f%%", 100 * fraction) }
}
