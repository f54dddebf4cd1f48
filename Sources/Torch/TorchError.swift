import CTorch

/// What libtorch refused to do: the operation, the shapes it was given, and libtorch's words.
package struct TorchError: Error, CustomStringConvertible, Equatable {
    /// Name of the operation, as in PyTorch.
    package let operation: String
    /// Shapes of the tensors it was given, in order.
    package let shapes: [[Int]]
    /// libtorch's message.
    package let message: String

    package init(operation: String, shapes: [[Int]] = [], message: String) {
        self.operation = operation
        self.shapes = shapes
        self.message = message
    }

    package var description: String {
        let given = shapes.map { "[" + $0.map(String.init).joined(separator: "x") + "]" }
        let on = given.isEmpty ? "" : " on " + given.joined(separator: ", ")
        return "\(operation)\(on): \(message)"
    }
}

/// Runs one call of the shim and turns its status into an error.
func check(_ operation: String, _ inputs: [Tensor?] = [], _ call: () -> Int32) throws {
    if call() == 0 { return }
    throw TorchError(
        operation: operation, shapes: inputs.compactMap { $0?.shape },
        message: String(cString: wt_last_error()))
}

/// Runs one call of the shim that makes a tensor.
func make(
    _ operation: String, _ inputs: Tensor?..., call: (UnsafeMutablePointer<wt_tensor?>) -> Int32
) throws -> Tensor {
    var handle: wt_tensor?
    try check(operation, inputs) { call(&handle) }
    guard let handle else {
        throw TorchError(operation: operation, message: "libtorch returned nothing")
    }
    return Tensor(handle: handle)
}
