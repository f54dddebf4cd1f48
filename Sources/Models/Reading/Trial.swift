import Formats
import Torch

/// One pass over the nodes of a file with every size known: what is constant is computed, what depends
/// on the pictures gets its shape.
///
/// Exporters write a network's shapes as arithmetic on the shape of its input. With a concrete batch
/// that is arithmetic on constants, which the operators' own run rules do. Passes with several batches
/// then tell which numbers are the batch's (see `GraphReader`).
struct Trial {
    let batch: Int
    /// The batch that the file insists on; nil where it is free.
    private let writtenBatch: Int?
    private let initializers: StateDict
    /// Results that do not depend on the pictures.
    private(set) var known: [String: Tensor] = [:]
    private(set) var shapes: [String: Shape] = [:]
    /// Nodes that are left, settings resolved; nil where the result is known.
    private(set) var nodes: [Node?] = []

    init(_ model: ONNXModel, batch: Int, writtenBatch: Int?, size: (Int, Int)?) throws {
        self.batch = batch
        self.writtenBatch = writtenBatch
        initializers = model.initializers
        for input in model.inputs {
            let sides = (input.shape ?? []).suffix(2).map { $0 }
            shapes[input.name] = try Graph.shape(
                of: input, batch, sides.first.flatMap { $0 } ?? size?.0,
                sides.last.flatMap { $0 } ?? size?.1)
        }
        for node in model.nodes { nodes.append(try step(node)) }
    }

    /// A constant by name: computed, or from the file.
    mutating func constant(_ name: String) throws -> Tensor? {
        if let tensor = known[name] { return tensor }
        guard let host = initializers[name] else { return nil }
        let tensor = try Tensor(host).inWinnowsType()
        // Weights are wanted once, if at all; numbers of shapes again and again.
        if tensor.count <= 64 { known[name] = tensor }
        return tensor
    }

    private func isConstant(_ name: String) -> Bool {
        known[name] != nil || initializers[name] != nil
    }

    private mutating func step(_ node: Node) throws -> Node? {
        let operation = try Operator.of(node)
        for name in node.inputs where !name.isEmpty {
            guard isConstant(name) || shapes[name] != nil else {
                throw node.problem("it reads '\(name)', which nothing before it has written")
            }
        }
        if isFolded(node) {
            try fold(node, operation)
            return nil
        }
        var left = try resolved(node, operation)
        let call = ShapeCall(
            node: left,
            inputs: try left.inputs.map { name in
                try shapes[name] ?? (name.isEmpty ? nil : constantShape(name))
            }, batch: batch)
        let outputs = try outputShapes(call)
        // The target as it is for this batch, so that passes can be compared.
        if node.type == "Reshape" || node.type == "Expand" {
            left.attributes["shape"] = .ints(outputs[0])
        }
        for (name, shape) in zip(left.outputs, outputs) { shapes[name] = shape }
        return left
    }

    /// Shapes, and what is computed from constants alone; but a weight that is repeated for each picture
    /// (a class token) stays a weight.
    private func isFolded(_ node: Node) -> Bool {
        if node.type == "Shape" || node.type == "Size" { return true }
        // Of what it is like, only the type is wanted.
        if node.type == "CastLike" { return isConstant(node.inputs[0]) }
        if node.type == "Expand", let weight = initializers[node.inputs[0]], weight.count > 1,
            weight.integers() == nil
        {
            return false
        }
        return node.inputs.allSatisfy { $0.isEmpty || isConstant($0) }
    }

    private func constantShape(_ name: String) throws -> Shape? {
        known[name]?.shape ?? initializers[name]?.shape
    }

    /// Runs a node on constants.
    private mutating func fold(_ node: Node, _ operation: Operator) throws {
        let inputs = try node.inputs.map { name -> Tensor? in
            if name.isEmpty { return nil }
            if let constant = try constant(name) { return constant }
            // Only the shape is wanted.
            return try Tensor.zeros([]).expanded(to: shapes[name] ?? [])
        }
        var settled = node
        for (place, key) in operation.settings where place < inputs.count {
            if let tensor = inputs[place] {
                settled.attributes[key] = Attribute(setting: try tensor.host())
            }
        }
        if let last = operation.settings.keys.min(), last < inputs.count, node.type == "Gather" {
            settled.inputs.removeLast()
        }
        let call = Call(
            node: settled, inputs: Array(inputs.prefix(settled.inputs.count)), batch: batch)
        for (name, tensor) in zip(node.outputs, try operation.run(call)) {
            known[name] = try tensor.inWinnowsType()
        }
    }

    /// The node with its constant settings as attributes.
    private mutating func resolved(_ node: Node, _ operation: Operator) throws -> Node {
        var node = node
        for (place, key) in operation.settings.sorted(by: { $0.key > $1.key })
        where place < node.inputs.count {
            if node.inputs[place].isEmpty { continue }
            if let tensor = try constant(node.inputs[place]) {
                node.attributes[key] = Attribute(setting: try tensor.host())
                node.inputs[place] = ""
            } else if node.type != "Gather" {
                throw node.problem(
                    "its \(key) is computed from the pictures; Winnow reads networks whose shapes "
                        + "follow from the input's alone")
            }
        }
        while node.inputs.last == "" { node.inputs.removeLast() }
        return node.type == "Gather" ? try withoutStrides(node) : node
    }

    /// A Gather of all elements in order is a Reshape: so the newer exporter writes `as_strided`. A file
    /// with a fixed batch gathers the elements of so many pictures; here they are those of this batch.
    private func withoutStrides(_ node: Node) throws -> Node {
        guard case .tensor(let index)? = node.attributes["indices"],
            let shape = shapes[node.inputs[0]], shape.count == 1,
            index.integers() == Array(0..<index.count)
        else { return node }
        var target = index.shape
        if let written = writtenBatch, written != batch, target.first == written {
            target[0] = batch
        }
        guard shape[0] == target.reduce(1, *) else { return node }
        return Node(
            name: node.name, type: "Reshape", inputs: [node.inputs[0]], outputs: node.outputs,
            attributes: ["shape": .ints(target)])
    }

    /// The output shapes. A file with a fixed batch has that number in its reshapes: where it does not fit
    /// this batch, it is replaced.
    private func outputShapes(_ call: ShapeCall) throws -> [Shape] {
        let operation = try Operator.of(call.node)
        do {
            return try operation.shape(call)
        } catch {
            guard let written = writtenBatch, written != batch, call.node.type == "Reshape",
                var target = try call.node.ints("shape"), !target.contains(-1)
            else { throw error }
            let leads = try call(0).first.map { $0 % batch == 0 } ?? false
            let multiple = target.first.map { $0 > 0 && $0 % written == 0 } ?? false
            guard let place = leads && multiple ? 0 : target.firstIndex(of: written) else {
                throw error
            }
            target[place] = target[place] / written * batch
            var node = call.node
            node.attributes["shape"] = .ints(target)
            return try operation.shape(ShapeCall(node: node, inputs: call.inputs, batch: batch))
        }
    }
}

extension Tensor {
    /// Floats as float32 without subnormal numbers, which make products many times slower.
    func inWinnowsType() throws -> Tensor {
        switch dtype {
        case .float16, .bfloat16, .float64: return try to(dtype: .float32).withoutSubnormals()
        case .float32: return try withoutSubnormals()
        default: return self
        }
    }

    func withoutSubnormals() throws -> Tensor {
        let normal = try Tensor.full([], Double(Float.leastNormalMagnitude))
        let small = try abs().apply(.less, normal)
        guard
            try (small.to(dtype: .float32) * abs().apply(.greater, .zeros([])).to(dtype: .float32))
                .countNonzero() > 0
        else { return self }
        return try .choose(small, .zeros([]), self)
    }
}
