import Formats
import Torch

/// One step: an operator's ONNX name, the names it reads and writes, and its settings.
package typealias Node = ONNXNode
package typealias Attribute = ONNXAttribute
/// Sizes of a tensor's dimensions, outermost first.
package typealias Shape = [Int]

/// A network: nodes in the order of execution over named parameters.
///
/// What a node does, costs and couples is in its `Operator`; a graph holds only names and numbers, so
/// a network with odd widths is data. Settings that ONNX passes as constant tensors (the shape of a
/// Reshape, the axes of a ReduceMean) are attributes here.
package struct Graph: Sendable, Equatable, Codable {
    /// What it is called: an architecture's name, or its file's; empty where nobody said.
    package var name = ""
    /// What is fed in; a size that is nil is free (the batch).
    package var inputs: [ONNXValue]
    package var nodes: [Node]
    /// Names of what comes out.
    package var outputs: [String]
    /// Everything that is not computed from the inputs, in order.
    package var parameters: [Parameter]

    package init(
        inputs: [ONNXValue], nodes: [Node] = [], outputs: [String] = [],
        parameters: [Parameter] = []
    ) {
        self.inputs = inputs
        self.nodes = nodes
        self.outputs = outputs
        self.parameters = parameters
    }

    /// The input that pictures go to.
    package var input: ONNXValue { inputs[0] }
    /// How many pictures go in at once, where the network insists on it.
    package var fixedBatch: Int? { input.fixedBatch }
}

/// A named tensor of the network: its shape and what it is for.
package struct Parameter: Sendable, Equatable, Codable {
    package enum Role: String, Sendable, Codable {
        /// Changed by training through its gradient.
        case trained
        /// Moved along by batch norm: running mean and variance, the count of batches.
        case statistic
        /// Part of the computation: indices, masks, scales.
        case constant
    }

    package var name: String
    package var shape: Shape
    package var dtype: HostTensor.DType
    package var role: Role
    /// How training from scratch starts it; no part of a file.
    package var initial = Initial.zeros

    private enum CodingKeys: CodingKey { case name, shape, dtype, role }

    package init(
        _ name: String, _ shape: Shape, dtype: HostTensor.DType = .float32,
        role: Role = .trained, initial: Initial = .zeros
    ) {
        self.name = name
        self.shape = shape
        self.dtype = dtype
        self.role = role
        self.initial = initial
    }
}

extension ONNXValue {
    /// The first size; nil where it is free.
    var fixedBatch: Int? { shape.flatMap { $0.first ?? nil } }
}
