import Torch

/// What a node of one type means: its shape, its cost, what it couples, and how it runs.
///
/// A value in the one list `Operator.all`; a family of operators is a file under `Operators/`.
package struct Operator: Sendable {
    /// ONNX's name.
    let name: String
    /// Inputs that are settings when they are constant, by position, with the attribute's name.
    var settings: [Int: String] = [:]
    /// Inputs that training changes where they are constant, by position.
    var weights: ClosedRange<Int>?
    /// Inputs that training moves along, by position.
    var statistics: ClosedRange<Int>?
    /// Shapes of the outputs.
    var shape: @Sendable (ShapeCall) throws -> [Shape]
    /// Multiply-adds for the whole batch; elementwise work counts as none, as is usual.
    var cost: @Sendable (ShapeCall, [Shape]) throws -> Int = { _, _ in 0 }
    /// Which dimensions of inputs, outputs and parameters move together.
    var couple: @Sendable (Node, inout Coupling) throws -> Void
    /// How outputs depend on the pictures, where inputs are known to.
    var flow = Flow.elements
    /// What a cut changes in the node's settings.
    var cut: @Sendable (inout Node, Cut) throws -> Void = { _, _ in }
    /// The outputs for tensors.
    var run: @Sendable (Call) throws -> [Tensor]

    /// Every operator that Winnow knows.
    package static let all: [Operator] =
        convolutions + products + normalizations + activations + arithmetic + poolings + reductions
        + reshapings + selections + constants + quantization

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The operator of a node.
    ///
    /// - Throws: `NetworkError` with the node, its operator, and those that are known.
    package static func of(_ node: Node) throws -> Operator {
        if let known = byName[node.type] { return known }
        throw NetworkError(
            "node \(node.shown): Winnow does not know this operator. It knows "
                + byName.keys.sorted().joined(separator: " ")
                + ". Export the network without it, or with another opset (20 has most).")
    }
}

/// A node with the shapes that go in.
struct ShapeCall {
    let node: Node
    /// nil where an optional input is left out.
    let inputs: [Shape?]
    /// Pictures in the batch.
    var batch = 1

    /// The shape of one input.
    func callAsFunction(_ index: Int) throws -> Shape {
        guard index < inputs.count, let shape = inputs[index] else {
            throw node.problem("its input \(index) is missing")
        }
        return shape
    }

    /// The shape of the first input, which must have so many dimensions.
    func first(rank: Int) throws -> Shape {
        let shape = try self(0)
        guard shape.count == rank else {
            throw node.problem("its input is \(shape); expected \(rank) dimensions")
        }
        return shape
    }
}

/// A node with the tensors that go in.
struct Call {
    let node: Node
    /// nil where an optional input is left out.
    let inputs: [Tensor?]
    /// Pictures in the batch.
    var batch = 1
    var training = false
    /// Where dropout draws from.
    var generator: Generator?

    /// One input.
    func callAsFunction(_ index: Int) throws -> Tensor {
        guard let tensor = optional(index) else {
            throw node.problem("its input \(index) is missing")
        }
        return tensor
    }

    func optional(_ index: Int) -> Tensor? { index < inputs.count ? inputs[index] : nil }
}
