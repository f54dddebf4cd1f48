import Torch

extension Operator {
    /// Means, sums and extremes over dimensions.
    static let reductions = [
        reduction("ReduceMean", .mean), reduction("ReduceSum", .sum),
        reduction("ReduceMax", .maximum), reduction("ReduceMin", .minimum),
    ]

    private static func reduction(_ name: String, _ function: ReduceFunction) -> Operator {
        Operator(
            name: name, settings: [1: "axes"],
            shape: { call in
                let x = try call(0)
                let (dims, keep) = try reduced(call.node, rank: x.count)
                return [
                    x.indices.compactMap { dims.contains($0) ? (keep ? 1 : nil) : x[$0] }
                ]
            },
            couple: { node, coupling in
                let labels = try coupling.labels(node.inputs[0])
                let (dims, keep) = try reduced(node, rank: labels.shape.count)
                try coupling.mixing(node, dims: dims)
                var left = labels
                for dim in dims { left = left.selecting([0], dim: dim) }
                if !keep {
                    left.shape = left.shape.indices.filter { !dims.contains($0) }.map {
                        left.shape[$0]
                    }
                }
                coupling.set(node.outputs[0], left)
            },
            // The least of ones and zeros would say nothing of the others.
            flow: function == .minimum ? .whole : .moved,
            run: { call in
                let x = try call(0)
                let (dims, keep) = try reduced(call.node, rank: x.rank)
                if dims.isEmpty { return [x] }
                return [try x.reduced(function, over: dims, keepDim: keep)]
            })
    }

    /// The dimensions that go, and whether they stay as 1.
    private static func reduced(_ node: Node, rank: Int) throws -> ([Int], Bool) {
        let keep = try node.int("keepdims", 1) != 0
        let axes = try node.axes("axes", rank: rank) ?? []
        if axes.isEmpty {
            return (try node.flag("noop_with_empty_axes") ? [] : Array(0..<rank), keep)
        }
        return (axes, keep)
    }
}
