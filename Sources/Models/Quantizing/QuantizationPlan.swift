/// Which nodes of a graph compute with 8-bit numbers, and which values are made such.
///
/// A value goes through QuantizeLinear and DequantizeLinear right where it is made, and who reads it reads what
/// comes out. onnxruntime makes one 8-bit operator of a node whose inputs come from DequantizeLinear and whose
/// output goes into QuantizeLinear (its documentation, "Quantize ONNX models", section on QDQ). So both sides of
/// convolutions, of the sums of residual blocks, of poolings and concatenations of maps are such values; a linear
/// layer's input is, its output stays as it is. A ReLU or Clip that alone reads a result belongs to its node.
package struct QuantizationPlan: Sendable, Equatable {
    /// Nodes with a weight of 8 bits, by what they write, and the dimension of the weight's output channels.
    package private(set) var products: [String: Int] = [:]
    /// Values that become 8-bit numbers, in the order in which they are made.
    package private(set) var values: [String] = []
    /// A value that only moves another's numbers has its range: what a pooling or flattening writes -> what it
    /// reads.
    package private(set) var moved: [String: String] = [:]

    private static let moving: Set = [
        "MaxPool", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose",
    ]

    package init(_ graph: Graph) throws {
        let wiring = Wiring(graph)
        let shapes = try graph.shapes(batch: graph.fixedBatch ?? 2)
        let trained = Set(graph.parameters.filter { $0.role == .trained }.map(\.name))
        var known: Set<String> = []
        func end(_ name: String) -> String {
            guard let reader = wiring.onlyReader(of: name),
                ["Relu", "Clip"].contains(graph.nodes[reader].type)
            else { return name }
            return graph.nodes[reader].outputs[0]
        }
        func isMade(_ name: String) -> Bool {
            wiring.writer(of: name) != nil || name == graph.input.name
        }
        func add(_ name: String) {
            if !graph.outputs.contains(name), known.insert(name).inserted { values.append(name) }
        }
        for node in graph.nodes {
            let inputs = node.inputs.filter { !$0.isEmpty }
            if let axis = try Self.axis(node, trained), isMade(node.inputs[0]) {
                products[node.outputs[0]] = axis
                add(node.inputs[0])
                if node.type == "Conv" { add(end(node.outputs[0])) }
            } else if Self.moving.contains(node.type), node.outputs.count == 1,
                known.contains(inputs[0]), !graph.outputs.contains(node.outputs[0])
            {
                add(node.outputs[0])
                moved[node.outputs[0]] = inputs[0]
            } else if ["Add", "Concat"].contains(node.type), inputs.count > 1,
                inputs.allSatisfy(known.contains), shapes[node.outputs[0]]?.count == 4
            {
                add(end(node.outputs[0]))
            } else if ["GlobalAveragePool", "AveragePool"].contains(node.type),
                known.contains(inputs[0])
            {
                add(node.outputs[0])
            }
        }
    }

    /// The dimension of output channels of a node's weight; nil where it stays in float32.
    private static func axis(_ node: Node, _ trained: Set<String>) throws -> Int? {
        guard ["Conv", "Gemm", "MatMul"].contains(node.type), node.inputs.count > 1,
            trained.contains(node.inputs[1])
        else { return nil }
        switch node.type {
        case "Conv": return 0
        case "MatMul": return 1
        default:
            guard try node.float("alpha", 1) == 1, try node.float("beta", 1) == 1,
                try !node.flag("transA")
            else { return nil }
            return try node.flag("transB") ? 0 : 1
        }
    }
}
