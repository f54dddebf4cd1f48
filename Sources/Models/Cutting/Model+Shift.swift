import Formats
import Torch

/// Constants that go into a layer's bias.
extension Model {
    /// Whether something can take over a constant that a layer adds to each of its outputs.
    func takesShift(_ index: Int, _ wiring: Wiring) throws -> Bool {
        let node = graph.nodes[index]
        switch node.type {
        case "Conv": return true
        case "Gemm": return try node.float("alpha", 1) == 1 && node.float("beta", 1) == 1
        case "MatMul": return bias(after: index, wiring) != nil
        default: return false
        }
    }

    /// The parameter that the sum after a product adds to each of its columns.
    private func bias(after index: Int, _ wiring: Wiring) -> String? {
        let output = graph.nodes[index].outputs[0]
        guard let reader = wiring.onlyReader(of: output), graph.nodes[reader].type == "Add",
            let other = graph.nodes[reader].inputs.first(where: { $0 != output }),
            let parameter = graph.parameters.first(where: { $0.name == other })
        else { return nil }
        return parameter.shape.count == 1 && parameter.shape[0] > 1 ? other : nil
    }

    /// Adds `shift`, one number an output channel, to what a layer puts out.
    ///
    /// Where a batch norm alone reads it, its running mean takes the number over, and the layer gets no
    /// bias that it had not. Subnormal results become zero: they would slow every product with them.
    mutating func shift(_ index: Int, by shift: Tensor) throws {
        let (node, wiring) = (graph.nodes[index], Wiring(graph))
        if let reader = wiring.onlyReader(of: node.outputs[0]),
            graph.nodes[reader].type == "BatchNormalization"
        {
            return try add(shift * -1, to: graph.nodes[reader].inputs[3])
        }
        if node.type == "MatMul", let name = bias(after: index, wiring) {
            return try add(shift, to: name)
        }
        if node.inputs.count > 2, !node.inputs[2].isEmpty {
            return try add(shift, to: node.inputs[2])
        }
        var name = node.weightPath + ".bias"
        while state[name] != nil { name += "_" }
        graph.nodes[index].inputs = Array(node.inputs.prefix(2)) + [name]
        graph.parameters.append(Parameter(name, shift.shape))
        state[name] = try shift.withoutSubnormals()
    }

    private mutating func add(_ shift: Tensor, to name: String) throws {
        let old = try state.require(name).detached()
        state[name] = try noGrad { try (old + shift.to(device: old.device)).withoutSubnormals() }
    }

    /// Lets biases take over the constants that layers read, and zeroes the weights that read them.
    mutating func fold(_ constants: [SilentChannels.Constant]) throws {
        let byNode = Dictionary(grouping: constants, by: \.node)
        for (index, parts) in byNode.sorted(by: { $0.key < $1.key }) {
            let name = graph.nodes[index].inputs[1]
            let weight = try FoldedWeight(graph.nodes[index], state.require(name).detached())
            state[name] = try weight.closed(parts)
            try shift(index, by: weight.shift(parts))
        }
    }
}

/// A layer's weight, some of whose inputs are constants.
private struct FoldedWeight {
    private let weight: Tensor
    private let inner: Int
    /// Inputs of each group, groups, and outputs of all.
    private let size: Int
    private let groups: Int
    private let rows: Int

    init(_ node: Node, _ weight: Tensor) throws {
        self.weight = weight
        inner = try WeightDims(node).inner
        size = weight.shape[inner]
        groups = node.type == "Conv" ? try node.int("group", 1) : 1
        rows = weight.shape[inner == 0 ? 1 : 0]
    }

    private func outputs(of entry: Int) -> Range<Int> {
        let group = entry / size
        return group * rows / groups..<(group + 1) * rows / groups
    }

    /// What the constants add to each output: their weights, summed over the window, times them.
    func shift(_ parts: [SilentChannels.Constant]) throws -> Tensor {
        let taps = Array(2..<weight.rank)
        let sums: [Float] = try noGrad {
            let flat = try taps.isEmpty ? weight : weight.reduced(.sum, over: taps, keepDim: false)
            return try (inner == 0 ? flat.transposed(0, 1) : flat).values()
        }
        var shift = [Double](repeating: 0, count: rows)
        for part in parts {
            for row in outputs(of: part.entry) {
                shift[row] += Double(sums[row * size + part.entry % size]) * Double(part.value)
            }
        }
        return try Tensor(shift.map { Float($0) }, [rows])
    }

    /// The weight with zeros for what reads the constants.
    func closed(_ parts: [SilentChannels.Constant]) throws -> Tensor {
        var shape = [Int](repeating: 1, count: weight.rank)
        shape[inner] = size
        if groups > 1 { shape[0] = rows }
        var open = [Float](repeating: 1, count: shape.reduce(1, *))
        for part in parts {
            for row in groups > 1 ? outputs(of: part.entry) : 0..<1 {
                open[row * size + part.entry % size] = 0
            }
        }
        return try noGrad { try weight * Tensor(open, shape) }
    }
}
