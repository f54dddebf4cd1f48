import ArgumentParser
import Core
import Datasets
import Formats
import Foundation
import Models
import Studies

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

    /// Checks, before any work, that a network can be written there, and takes the place of none that is read.
    ///
    /// - Parameter inputs: files that the command reads; nil for those that were not named.
    static func output(
        _ path: String, endings: [String] = ["safetensors"], reading inputs: [String?]
    ) throws -> URL {
        let url = url(path)
        guard endings.contains(url.pathExtension.lowercased()) else {
            let all = endings.map { ".\($0)" }.joined(separator: ", ")
            throw ValidationError("-o \(path): a network is written as \(all); name it so")
        }
        try OutputFiles.check(path, as: "-o", reading: inputs)
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
        try network.recorded(type, key, file: file)
    }

    /// The preprocessing that a network was trained with; a guess of it is told in one line.
    static func preprocessing(_ network: Model, file: String) throws -> Preprocessing {
        try network.preprocessing(file: file, note: Console.remark)
    }

    /// Refuses pictures whose classes are not the network's, in the same order.
    static func check(_ classes: [String], fits network: Model, file: String) throws {
        try network.check(classes, file: file)
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
        Output.write(
            try CanonicalJSON.page.naming(nan: "nan").document(value))
    }

    /// Prints rows in columns: the first to the left, the others to the right.
    static func printTable(_ rows: [[String]]) {
        for line in TextTable.aligned(rows, numbers: .right) { Output.line(line) }
    }

    /// A fraction as a percentage with one digit.
    static func percent(_ fraction: Double) -> String { String(format: "%.1f%%", 100 * fraction) }
}
