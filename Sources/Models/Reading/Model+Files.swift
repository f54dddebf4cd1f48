import Formats
import Foundation
import Networks

extension Model {
    /// Reads a network from an ONNX file.
    ///
    /// - Parameter size: height and width of the pictures, where the file leaves them open.
    package static func read(onnx url: URL, size: (Int, Int)? = nil) throws -> Model {
        let file = try ONNXReader.read(url)
        do {
            return try GraphReader.read(file, size: size)
        } catch let error as NetworkError {
            throw NetworkError("\(url.lastPathComponent): \(error)")
        }
    }

    /// Writes the network as an ONNX file.
    package func write(onnx url: URL, metadata: [String: String] = [:]) throws {
        try ONNXWriter.write(onnx(metadata: metadata), to: url)
    }
}
