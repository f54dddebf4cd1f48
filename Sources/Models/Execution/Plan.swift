import Torch

/// The order of work for a graph: steps over numbered slots, fused where today's kernels allow it
/// (`Fusions`). Each slot is freed after the step that reads it last.
struct Plan {
    struct Step {
        /// The node that runs; a fused step's is its first.
        let node: Node
        let operation: Operator
        /// Slots of the inputs; nil where an optional one is left out.
        let inputs: [Int?]
        let outputs: [Int]
        /// Names of the outputs.
        let names: [String]
        /// What runs in the same step, and what is added there.
        var fusion: Fusion?
        var residual: Int?
        /// Slots that nothing reads after this step.
        var frees: [Int] = []
    }

    enum Fusion {
        /// A batch norm, a sum or none, and a ReLU.
        case norm(momentum: Double, eps: Double)
        /// A convolution of frozen weights, a sum or none, and limits.
        case convolution(FrozenWeights, ClosedRange<Float>)
    }

    private(set) var steps: [Step] = []
    private(set) var slots: [String: Int] = [:]

    /// - Parameter frozen: whether the weights do not change any more.
    init(_ graph: Graph, frozen: Bool = false) throws {
        let fusions = try Fusions(graph, frozen: frozen)
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
        let first = ending.first
        let fusion: Fusion =
            first.type == "Conv"
            ? .convolution(FrozenWeights(), ending.limits)
            : .norm(momentum: try first.momentum(), eps: try first.float("epsilon", 1e-5))
        return Step(
            node: first, operation: try Operator.of(first),
            inputs: first.inputs.map { $0.isEmpty ? nil : slot($0) },
            outputs: [slot(node.outputs[0])], names: node.outputs, fusion: fusion,
            residual: ending.residual.map { slot($0) })
    }
}
