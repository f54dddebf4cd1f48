import Torch

/// The order of work for a graph: steps over numbered slots, fused where today's kernels allow it.
///
/// A batch norm whose result goes into a ReLU alone, or into a sum and then a ReLU alone (the end of
/// a residual block), becomes one step with it. Each slot is freed after the step that reads it last.
struct Plan {
    struct Step {
        /// The node that runs; a fused step's is its batch norm.
        let node: Node
        let operation: Operator
        /// Slots of the inputs; nil where an optional one is left out.
        let inputs: [Int?]
        let outputs: [Int]
        /// Names of the outputs.
        let names: [String]
        /// Whether a ReLU follows in the same step, and what is added before it.
        var fused = false
        var residual: Int?
        /// The batch norm's settings.
        var momentum = 0.1
        var eps = 1e-5
        /// Slots that nothing reads after this step.
        var frees: [Int] = []
    }

    private(set) var steps: [Step] = []
    private(set) var slots: [String: Int] = [:]

    init(_ graph: Graph) throws {
        let fusions = try Fusions(graph)
        for (index, node) in graph.nodes.enumerated() where !fusions.absorbed.contains(index) {
            steps.append(try step(node, fusions.endings[index]))
        }
        for input in graph.inputs + [] { _ = slot(input.name) }
        let kept = Set((graph.parameters.map(\.name) + graph.outputs).map { slot($0) })
        var seen = kept
        for index in steps.indices.reversed() {
            let read = steps[index].inputs + [steps[index].residual]
            for slot in Set(read.compactMap { $0 } + steps[index].outputs)
            where seen.insert(slot).inserted { steps[index].frees.append(slot) }
        }
    }

    private mutating func slot(_ name: String) -> Int {
        if let known = slots[name] { return known }
        slots[name] = slots.count
        return slots.count - 1
    }

    private mutating func step(_ node: Node, _ ending: Fusions.Ending?) throws -> Step {
        guard let ending else {
            return Step(
                node: node, operation: try Operator.of(node),
                inputs: node.inputs.map { $0.isEmpty ? nil : slot($0) },
                outputs: node.outputs.map { slot($0) }, names: node.outputs)
        }
        return Step(
            node: ending.norm, operation: try Operator.of(ending.norm),
            inputs: ending.norm.inputs.map { slot($0) }, outputs: [slot(node.outputs[0])],
            names: node.outputs, fused: true, residual: ending.residual.map { slot($0) },
            momentum: try ending.norm.momentum(), eps: try ending.norm.float("epsilon", 1e-5))
    }
}

/// Where a batch norm, a sum and a ReLU follow each other with nothing else between.
struct Fusions {
    /// What the ReLU at some index ends.
    struct Ending {
        let norm: Node
        /// What is added; nil without a sum.
        let residual: String?
    }

    private(set) var endings: [Int: Ending] = [:]
    /// Nodes that run within others.
    private(set) var absorbed: Set<Int> = []

    init(_ graph: Graph) throws {
        let wiring = Wiring(graph)
        // Sums broadcast; only those of equal shapes are a residual block's.
        let shapes = try graph.shapes(batch: graph.fixedBatch ?? 2)
        for (index, node) in graph.nodes.enumerated() where node.type == "Relu" {
            let name = node.inputs[0]
            guard shapes[name]?.count == 4 else { continue }
            if let norm = wiring.single(name, "BatchNormalization") {
                endings[index] = Ending(norm: graph.nodes[norm], residual: nil)
                absorbed.insert(norm)
            } else if let sum = wiring.single(name, "Add") {
                let parts = graph.nodes[sum].inputs
                guard parts.count == 2, shapes[parts[0]] == shapes[parts[1]],
                    let first = parts.firstIndex(where: {
                        wiring.single($0, "BatchNormalization") != nil
                    }), let norm = wiring.single(parts[first], "BatchNormalization")
                else { continue }
                endings[index] = Ending(norm: graph.nodes[norm], residual: parts[1 - first])
                absorbed.formUnion([sum, norm])
            }
        }
    }
}
