/// Nodes that follow each other with nothing else between, and run as one step.
///
/// In training and in evaluation: a batch norm whose result goes into a ReLU alone, or into a sum and then
/// a ReLU alone (the end of a residual block), or into a ReLU and a max pooling alone (a stem). With frozen
/// weights, where batch norms are folded away: a
/// convolution with the sum and the ReLU or Clip that alone read it.
struct Fusions {
    /// What the node at some index ends.
    struct Ending {
        /// The batch norm or the convolution.
        let first: Node
        /// What is added; nil without a sum.
        var residual: String?
        /// Of the result: a ReLU's, or a Clip's.
        var limits: ClosedRange<Float> = 0...Float.infinity
        /// The max pooling behind the ReLU, and the ReLU's result.
        var pool: (window: SquareWindow, input: String)?
    }

    private(set) var endings: [Int: Ending] = [:]
    /// Nodes that run within others.
    private(set) var absorbed: Set<Int> = []
    private let graph: Graph
    private let wiring: Wiring
    private let shapes: [String: Shape]

    init(_ graph: Graph, frozen: Bool) throws {
        self.graph = graph
        wiring = Wiring(graph)
        // Sums broadcast; only those of equal shapes are a residual block's.
        shapes = try graph.shapes(batch: graph.fixedBatch ?? 2)
        for (index, node) in graph.nodes.enumerated() where frozen && node.type == "Conv" {
            try findConvolution(index)
        }
        for (index, node) in graph.nodes.enumerated()
        where node.type == "Relu" && endings[index] == nil { findNorm(index) }
        for (index, node) in graph.nodes.enumerated() where node.type == "MaxPool" {
            try findPool(index)
        }
    }

    private mutating func findNorm(_ index: Int) {
        let name = graph.nodes[index].inputs[0]
        guard shapes[name]?.count == 4 else { return }
        if let norm = wiring.single(name, "BatchNormalization") {
            endings[index] = Ending(first: graph.nodes[norm])
            absorbed.insert(norm)
        } else if let sum = wiring.single(name, "Add") {
            let parts = graph.nodes[sum].inputs
            guard parts.count == 2, shapes[parts[0]] == shapes[parts[1]],
                let first = parts.firstIndex(where: {
                    wiring.single($0, "BatchNormalization") != nil
                }), let norm = wiring.single(parts[first], "BatchNormalization")
            else { return }
            endings[index] = Ending(first: graph.nodes[norm], residual: parts[1 - first])
            absorbed.formUnion([sum, norm])
        }
    }

    private mutating func findPool(_ index: Int) throws {
        let (node, name) = (graph.nodes[index], graph.nodes[index].inputs[0])
        guard node.outputs.count == 1, let relu = wiring.single(name, "Relu"),
            var ending = endings[relu], ending.first.type == "BatchNormalization",
            ending.residual == nil, let shape = shapes[name], shape.count == 4,
            let window = try WindowSetting.square(of: node, input: shape)
        else { return }
        ending.pool = (window, name)
        endings[relu] = nil
        endings[index] = ending
        absorbed.insert(relu)
    }

    private mutating func findConvolution(_ index: Int) throws {
        var (chain, ending) = ([index], Ending(first: graph.nodes[index]))
        ending.limits = -Float.infinity...Float.infinity
        if let sum = sum(after: index) {
            ending.residual = sum.residual
            chain.append(sum.index)
        }
        if let next = wiring.onlyReader(of: graph.nodes[chain.last ?? index].outputs[0]),
            let limits = try limits(of: graph.nodes[next])
        {
            ending.limits = limits
            chain.append(next)
        }
        endings[chain.removeLast()] = ending
        absorbed.formUnion(chain)
    }

    private func limits(of node: Node) throws -> ClosedRange<Float>? {
        if node.type == "Relu" { return 0...Float.infinity }
        guard node.type == "Clip" else { return nil }
        let low = Float(try node.float("min", -.infinity))
        let high = Float(try node.float("max", .infinity))
        return low <= high ? low...high : nil
    }

    /// The sum that alone reads a convolution, and what it adds; of two convolutions it runs with the later.
    private func sum(after index: Int) -> (index: Int, residual: String)? {
        let value = graph.nodes[index].outputs[0]
        guard let sum = wiring.onlyReader(of: value), graph.nodes[sum].type == "Add" else {
            return nil
        }
        let parts = graph.nodes[sum].inputs
        guard parts.count == 2, shapes[parts[0]] != nil, shapes[parts[0]] == shapes[parts[1]],
            let residual = parts.first(where: { $0 != value })
        else { return nil }
        if let other = wiring.single(residual, "Conv"), other > index { return nil }
        return (sum, residual)
    }
}
