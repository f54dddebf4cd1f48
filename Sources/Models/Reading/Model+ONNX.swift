import Core
import Formats
import Foundation

extension Model {
    /// Reads a network from a file as its ending says: ONNX, whose classes are numbers unless it names them, or
    /// else Winnow's own.
    ///
    /// - Parameters:
    ///   - size: height and width of the pictures, where an ONNX file leaves them open.
    ///   - operators: what nodes of an ONNX file stand for that Winnow does not know.
    package static func open(
        _ url: URL, size: Int? = nil, operators: [Definition] = []
    ) throws -> Model {
        guard url.pathExtension.lowercased() == "onnx" else { return try read(url) }
        var model = try read(onnx: url, size: size.map { ($0, $0) }, operators: operators)
        if model.classes.isEmpty {
            model.classes = (0..<(try model.graph.classCount())).map(String.init)
        }
        return model
    }

    /// Reads a network from an ONNX file; class names and what else Winnow wrote into it come along.
    ///
    /// - Parameters:
    ///   - size: height and width of the pictures, where the file leaves them open.
    ///   - operators: what nodes stand for that Winnow does not know.
    package static func read(
        onnx url: URL, size: (Int, Int)? = nil, operators: [Definition] = []
    ) throws -> Model {
        let file = try ONNXReader.read(url)
        do {
            var model = try GraphReader.read(file.replacing(operators), size: size)
            model.graph.name = url.deletingPathExtension().lastPathComponent
            var metadata = file.metadata
            if let text = metadata.removeValue(forKey: classesKey) {
                model.classes =
                    (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
            }
            model.metadata = metadata
            return model
        } catch let error as NetworkError {
            throw NetworkError("\(url.lastPathComponent): \(error)")
        }
    }

    private static let classesKey = "classes"

    /// What an ONNX file of the network says besides: class names and what travels along.
    package func onnxMetadata() throws -> [String: String] {
        guard !classes.isEmpty else { return metadata }
        return metadata.merging([Self.classesKey: try CanonicalJSON.escapedLine.text(classes)]) {
            $1
        }
    }

    /// Writes the network as an ONNX file, with class names and what travels along; read back before it counts.
    ///
    /// - Throws: `NetworkError` where a number that training changes is not finite; a constant may be infinite.
    package func write(onnx url: URL) throws {
        let numbers = Set(graph.parameters.filter { $0.role != .constant }.map(\.name))
        try refusingNumbers(url) { try state.requireFinite(numbers) }
        try ONNXWriter.write(onnx(metadata: onnxMetadata()), to: url)
    }
}
