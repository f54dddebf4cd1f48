import Foundation

/// One line of output: differences are relative to the largest expected value.
struct PeerRow: Encodable {
    var error: String?
    /// Nodes of the graph.
    var nodes: Int?
    var parameters: Int?
    /// Multiply-adds of one picture.
    var macs: Int?
    /// Against onnxruntime, for two pictures and for three.
    var difference: Float?
    var threePictures: Float?
    /// Against PyTorch's gradients in float64 of the input and of every parameter that the file holds, folded
    /// with its batch norm or not: the largest difference of an element in float64, and of a tensor's length
    /// in float32.
    var gradient: Float?
    var gradient32: Float?
    /// How far PyTorch's own float32 is from its float64: of the largest score, and of a gradient's length.
    var offOutput: Float?
    var offGradient: Float?
    /// How many parameters that are.
    var gradients: Int?
    /// What writing and reading again changes, of the network and of the cut one.
    var reloaded: Float?
    /// Batch norms put back, and what that changes.
    var norms: Int?
    var restored: Float?
    /// Parameters without a finite gradient in training, by name.
    var untrained: [String]?
    var groups: Int?
    var channels: Int?
    /// Random channels cut, against the same channels masked: of the groups where both are the same, and
    /// of all.
    var cut: Float?
    var inexact: Float?
    /// Multiply-adds that the cut left, of one.
    var left: Double?

    func line() throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
