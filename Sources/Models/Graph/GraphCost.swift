/// What a network costs for one picture, by node.
///
/// Multiply-adds are those of convolutions and products, biases not counted; normalisation, activations,
/// sums and pooling count as none. A product of two values (attention) counts too, which fvcore does and
/// torchinfo does not; torchinfo counts one more for each number of a bias or batch norm, under 0.1% of a
/// network. Bytes are those of the trained numbers, so half for float16.
package struct GraphCost: Sendable, Equatable {
    package struct Layer: Sendable, Equatable {
        /// Name of the first parameter without its last part, or of what the node writes.
        package let name: String
        package let type: String
        package let macs: Int
        /// Trained numbers that the node reads first.
        package let parameters: Int
        /// Their bytes.
        package let bytes: Int
        /// Their names; the first is the weight that the multiply-adds are by.
        package let names: [String]
    }

    package let layers: [Layer]

    package var macs: Int { layers.map(\.macs).reduce(0, +) }
    package var parameters: Int { layers.map(\.parameters).reduce(0, +) }
    package var bytes: Int { layers.map(\.bytes).reduce(0, +) }

    /// Counts a graph for pictures of `height` x `width`; nodes without cost are left out.
    package init(_ graph: Graph, height: Int? = nil, width: Int? = nil) throws {
        let batch = graph.fixedBatch ?? 1
        let shapes = try graph.shapes(batch: batch, height: height, width: width)
        let trained = Dictionary(
            uniqueKeysWithValues: graph.parameters.filter { $0.role == .trained }.map {
                ($0.name, $0)
            })
        var counted: Set<String> = []
        layers = try graph.nodes.compactMap { node in
            let call = ShapeCall(node: node, inputs: node.inputs.map { shapes[$0] }, batch: batch)
            let macs = try Operator.of(node).cost(call, node.outputs.map { shapes[$0] ?? [] })
            let own = node.inputs.compactMap { trained[$0] }.filter {
                counted.insert($0.name).inserted
            }
            let numbers = own.map { $0.shape.reduce(1, *) }
            guard macs > 0 || !own.isEmpty else { return nil }
            let path = own.first?.name.split(separator: ".").dropLast().joined(separator: ".")
            return Layer(
                name: path.flatMap { $0.isEmpty ? nil : $0 } ?? own.first?.name ?? node.outputs[0],
                type: node.type, macs: macs / batch, parameters: numbers.reduce(0, +),
                bytes: zip(own, numbers).map { $0.dtype.size * $1 }.reduce(0, +),
                names: own.map(\.name))
        }
    }
}
