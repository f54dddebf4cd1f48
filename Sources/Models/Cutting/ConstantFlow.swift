import Torch

/// How a node's outputs depend on the pictures, given which elements of its inputs do.
enum Flow: Sendable {
    /// An element depends on what the elements at its place depend on.
    case elements
    /// As `elements`, but zero times anything is zero.
    case factors
    /// Elements go to other places, or several become one.
    case moved
    /// Sums of products, with a weight or with another value.
    case products
    /// Each channel times its own scale.
    case scaled
    /// Everything depends on everything, and has its own scale: zero where that is.
    case normalized
    /// Everything depends on everything.
    case whole
}

/// Which elements of every value are the same for all pictures, and what they are.
///
/// The network runs once on a picture of zeros, and beside each value goes a tensor of ones and zeros:
/// whether the element depends on the pictures. A convolution's does where one of the elements under its
/// window does and the weight there is not zero: so filters of zeros, and what follows from them through
/// batch norm, sums and activations, are found for any network, pixel by pixel.
struct ConstantFlow {
    struct Elements {
        /// As for a picture of zeros.
        let value: Tensor
        /// 1 where another picture may give another number, else 0; nil where none does.
        let varies: Tensor?
    }

    private let model: Model
    private let batch: Int
    private var elements: [String: Elements] = [:]

    /// Goes through the graph once.
    init(_ model: Model, height: Int? = nil, width: Int? = nil) throws {
        self.model = model
        batch = model.graph.fixedBatch ?? 1
        let shape = try Graph.shape(of: model.graph.input, batch, height, width)
        elements[model.graph.input.name] = Elements(
            value: try .zeros(shape), varies: try .ones(shape))
        try noGrad {
            for node in model.graph.nodes { try step(node) }
        }
    }

    /// A value or parameter.
    func callAsFunction(_ name: String) throws -> Elements {
        if let known = elements[name] { return known }
        return Elements(value: try model.state.require(name).detached(), varies: nil)
    }

    private mutating func step(_ node: Node) throws {
        let operation = try Operator.of(node)
        let inputs = try node.inputs.map { $0.isEmpty ? nil : try self($0) }
        let call = Call(node: node, inputs: inputs.map { $0?.value }, batch: batch)
        let outputs = try operation.run(call)
        let varies = try Varying(operation, node, inputs, batch: batch).outputs(outputs)
        for (place, name) in node.outputs.enumerated() where place < outputs.count {
            elements[name] = Elements(value: outputs[place], varies: varies[place])
        }
    }
}

/// Which elements of a node's outputs depend on the pictures.
private struct Varying {
    let operation: Operator
    let node: Node
    let inputs: [ConstantFlow.Elements?]
    let batch: Int

    init(_ operation: Operator, _ node: Node, _ inputs: [ConstantFlow.Elements?], batch: Int) {
        (self.operation, self.node, self.inputs, self.batch) = (operation, node, inputs, batch)
    }

    func outputs(_ outputs: [Tensor]) throws -> [Tensor?] {
        guard inputs.contains(where: { $0?.varies != nil }) else { return outputs.map { _ in nil } }
        switch operation.flow {
        case .elements: return [try together(inputs.map { $0?.varies }, outputs[0])]
        case .factors: return [try together(try factors { try $0 * $1 }, outputs[0])]
        case .products:
            // Ones and zeros: whatever is there counts one at least, and rounding does not.
            return [try together(try factors { try run([$0, $1])[0] }, outputs[0], over: 0.5)]
        case .moved: return try moved().map { try $0.isOver(0) }
        case .scaled:
            guard let varies = inputs[0]?.varies, let scale = try self.scale(outputs[0].rank) else {
                break
            }
            return [try varies * scale]
        case .normalized:
            guard let scale = try self.scale(outputs[0].rank) else { break }
            return [try .ones(outputs[0].shape) * scale]
        case .whole: break
        }
        return try outputs.map { try Tensor.ones($0.shape) }
    }

    /// 1 where the scale is not zero; over channels, or for a layer norm over the last dimensions.
    private func scale(_ rank: Int) throws -> Tensor? {
        guard let scale = try inputs[1]?.value.abs().isOver(0) else { return nil }
        if node.type == "LayerNormalization" { return scale }
        return try scale.reshaped([1, scale.count] + [Int](repeating: 1, count: rank - 2))
    }

    private func together(
        _ parts: [Tensor?], _ output: Tensor, over bound: Double = 0
    ) throws -> Tensor {
        var sum = try Tensor.zeros(output.shape)
        for part in parts.compactMap({ $0 }) { sum = try sum + part }
        return try sum.isOver(bound)
    }

    /// What comes of the first two inputs: of the first where it varies and the second is not zero, and
    /// the other way round.
    private func factors(_ join: (Tensor, Tensor) throws -> Tensor) throws -> [Tensor?] {
        guard let a = inputs[0], let b = inputs[1] else { return [] }
        return [
            try a.varies.map { try join($0, open(b)) }, try b.varies.map { try join(open(a), $0) },
        ]
    }

    /// 1 where an element is or may be other than zero.
    private func open(_ part: ConstantFlow.Elements) throws -> Tensor {
        let now = try part.value.abs().isOver(0)
        guard let varies = part.varies else { return now }
        return try (now + varies).isOver(0)
    }

    /// The operator on ones and zeros in place of the numbers; indices stay what they are.
    private func moved() throws -> [Tensor] {
        try run(
            inputs.map { part in
                guard let part else { return nil }
                if let varies = part.varies { return varies }
                return part.value.dtype == .float32 ? try .zeros(part.value.shape) : part.value
            })
    }

    private func run(_ tensors: [Tensor?]) throws -> [Tensor] {
        var plain = node
        (plain.attributes["constant_value"], plain.attributes["alpha"]) = (nil, nil)
        return try operation.run(Call(node: plain, inputs: tensors, batch: batch))
    }
}

extension Tensor {
    /// 1 where an element is greater than `bound`, else 0.
    fileprivate func isOver(_ bound: Double) throws -> Tensor {
        try apply(.greater, .full([], bound)).to(dtype: .float32)
    }
}
