import Formats
import Foundation
import Models
import Torch

/// What went wrong, in words for a person: what was expected, what was found, and what to do.
public struct WinnowError: Error, CustomStringConvertible, Sendable {
    /// What was expected, what was found, and what to do.
    public let description: String

    init(_ description: String) { self.description = description }

    /// Runs `body`; what it throws becomes a `WinnowError` with the same words.
    static func wrapping<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as WinnowError {
            throw error
        } catch {
            throw WinnowError("\(error)")
        }
    }
}

/// A network that sees pictures and scores classes: its layers, its numbers, its class names, and what pruning
/// took out of it.
///
/// A value: what changes it gives another one.
///
///     let network = try Network.open(URL(filePath: "mobilenet_v2.onnx"))
public struct Network {
    package var model: Model

    package init(_ model: Model) { self.model = model }

    /// Opens a network that Winnow wrote (`.safetensors`) or an ONNX file (opsets 13 to 22).
    ///
    /// - Parameters:
    ///   - file: the ending says which.
    ///   - size: height and width of the pictures in pixels, where an ONNX file leaves them open.
    ///   - operators: of one's own, for nodes of an ONNX file that Winnow does not know.
    public static func open(
        _ file: URL, size: Int? = nil, operators: [Operator] = []
    ) throws -> Network {
        try WinnowError.wrapping {
            Network(try Model.open(file, size: size, operators: operators.map(\.inner)))
        }
    }

    /// Class names; the k-th score is that of `classes[k]`.
    public var classes: [String] { model.classes }

    /// Height and width in pixels of the pictures that it takes; nil where it takes any.
    public var size: Int? { (model.graph.input.shape ?? []).last ?? nil }

    /// The numbers of a parameter, row-major, and its shape; nil where none has the name.
    public func parameter(_ name: String) throws -> (shape: [Int], values: [Float])? {
        try WinnowError.wrapping {
            try model.state[name].map { ($0.shape, try $0.detached().values(Float.self)) }
        }
    }

    /// Names of all parameters, in the network's order.
    public var parameterNames: [String] { model.graph.parameters.map(\.name) }

    /// Writes it as the file's ending says: `.safetensors` (all of it), `.onnx` (for any runtime), or `.pth`
    /// (the numbers alone, for PyTorch). Aside first, then renamed into place.
    public func write(to file: URL) throws {
        try WinnowError.wrapping {
            switch file.pathExtension.lowercased() {
            case "safetensors": try model.write(to: file)
            case "onnx":
                var plain = model
                plain.metadata = plain.metadata.filter { $0.key == "preprocessing" }
                try plain.write(onnx: file)
            case "pth", "pt": try model.write(weights: file)
            default:
                throw WinnowError(
                    "\(file.path): a network is written as .safetensors, .onnx or .pth; name it so")
            }
        }
    }
}
