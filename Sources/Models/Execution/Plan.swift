import Torch

/// The order of work for a graph: steps over numbered slots, fused where today's kernels allow it
/// (`Fusions`). Each slot is freed after the step that reads it last.
struct Plan {
    struct Step {
        /// The node that runs; a fused step's is its first.
        let node: Node
        let operation: Operator
        /// Slots of the inputs; nil where an optional one is left out.
        var inputs: [Int?]
        let outputs: [Int]
        /// Names of the outputs.
        let names: [String]
        /// What runs in the same step, and what is added there.
        var fusion: Fusion?
        var residual: Int?
        /// Of a convolution: where its input goes for those that read it later.
        var passed: Int?
        /// Slots that nothing reads after this step.
        var frees: [Int] = []
    }

    enum Fusion {
        /// A batch norm, a sum or none, and a ReLU.
        case norm(momentum: Double, eps: Double)
        /// A batch norm, a ReLU and a max pooling. In evaluation the ReLU's result, the first of two outputs, is
        /// there, too.
        case pool(SquareWindow, momentum: Double, eps: Double)
        /// A convolution of frozen weights, a sum or none, and limits.
        case convolution(FrozenWeights, ClosedRange<Float>)
    }

    private(set) var steps: [Step] = []
    private(set) var slots: [String: Int] = [:]
    /// How many slots there are, those without a name too.
    private(set) var count = 0

    /// - Parameter frozen: whether the weights do not change any more.
    init(_ graph: Graph, frozen: Bool = false) throws {
        let fusions = try Fusions(graph, frozen: frozen)
        for (index, node) in graph.nodes.enumerated() where !fusions.absorbed.contains(index) {
            steps.append(try step(node, fusions.endings[index]))
        }
        for input in graph.inputs + [] { _ = slot(input.name) }
        passOn()
        let kept = Set((graph.parameters.map(\.name) + graph.outputs).map { slot($0) })
        var seen = kept
        for index in steps.indices.reversed() {
            let read = steps[index].inputs + [steps[index].residual]
            let written = steps[index].outputs + (steps[index].passed.map { [$0] } ?? [])
            for slot in Set(read.compactMap { $0 } + written)
            where seen.insert(slot).inserted { steps[index].frees.append(slot) }
        }
    }

    private mutating func slot(_ name: String) -> Int {
        if let known = slots[name] { return known }
        slots[name] = count
        count += 1
        return count - 1
    }

    /// Whoever reads a convolution's input after it reads what the convolution passes on, so that gradients are added
    /// up where they are made, the last reader's first.
    private mutating func passOn() {
        for index in steps.indices
        where steps[index].node.type == "Conv" && steps[index].fusion == nil {
            guard let slot = steps[index].inputs[0],
                steps[index].inputs.filter({ $0 == slot }).count == 1,
                steps[(index + 1)...].contains(where: {
                    $0.inputs.contains(slot) || $0.residual == slot
                })
            else { continue }
            steps[index].passed = count
            for later in steps.indices[(index + 1)...] {
                steps[later].inputs = steps[later].inputs.map { $0 == slot ? count : $0 }
                if steps[later].residual == slot { steps[later].residual = count }
            }
            count += 1
        }
    }

    private mutating func step(_ node: Node, _ ending: Fusions.Ending?) throws -> Step {
        guard let ending else {
            return Step(
                node: node, operation: try Operator.of(node),
                inputs: node.inputs.map { $0.isEmpty ? nil : slot($0) },
                outputs: node.outputs.map { slot($0) }, names: node.outputs)
        }
        let first = ending.first
        let names = (ending.pool.map { [$0.input] } ?? []) + node.outputs
        return Step(
            node: first, operation: try Operator.of(first),
            inputs: first.inputs.map { $0.isEmpty ? nil : slot($0) },
            outputs: names.map { slot($0) }, names: names, fusion: try fusion(ending),
            residual: ending.residual.map { slot($0) })
    }

    private func fusion(_ ending: Fusions.Ending) throws -> Fusion {
        let first = ending.first
        if first.type == "Conv" { return .convolution(FrozenWeights(), ending.limits) }
        let (momentum, eps) = (try first.momentum(), try first.float("epsilon", 1e-5))
        guard let pool = ending.pool else { return .norm(momentum: momentum, eps: eps) }
        return .pool(pool.window, momentum: momentum, eps: eps)
    }
}
