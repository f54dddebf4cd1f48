import Torch

extension Operator {
    /// Gemm and MatMul.
    static let products = [
        Operator(
            name: "Gemm", weights: 1...2,
            shape: { call in
                let (a, b) = (try call.first(rank: 2), try call(1))
                let (left, right) = (try call.node.flag("transA"), try call.node.flag("transB"))
                guard b.count == 2, a[left ? 0 : 1] == b[right ? 1 : 0] else {
                    throw call.node.problem("a weight \(b) cannot take an input \(a)")
                }
                return [[a[left ? 1 : 0], b[right ? 0 : 1]]]
            },
            cost: { call, outputs in
                let inner = try call(0)[try call.node.flag("transA") ? 0 : 1]
                return outputs[0].reduce(1, *) * inner
            },
            couple: { node, coupling in
                guard try !node.flag("transA"), coupling.isParameter(node.inputs[1]) else {
                    return try coupling.fixAll(node)
                }
                let transposed = try node.flag("transB")
                try coupling.product(node, in: transposed ? 1 : 0, out: transposed ? 0 : 1)
                if node.inputs.count > 2, !node.inputs[2].isEmpty {
                    coupling.set(
                        node.outputs[0], try coupling.meeting([node.outputs[0], node.inputs[2]]))
                }
            },
            flow: .products,
            run: { call in
                let node = call.node
                let (alpha, beta) = (try node.float("alpha", 1), try node.float("beta", 1))
                let a = try node.flag("transA") ? try call(0).transposed(0, 1) : try call(0)
                let b = try node.flag("transB") ? try call(1) : try call(1).transposed(0, 1)
                if alpha == 1, beta == 1, let bias = call.optional(2), bias.rank == 1 {
                    return [try linear(a, b, bias: bias)]
                }
                var y = try linear(a, b)
                if alpha != 1 { y = try y * alpha }
                guard let c = call.optional(2) else { return [y] }
                return [try y + (beta == 1 ? c : c * beta)]
            }),
        Operator(
            name: "MatMul", weights: 0...1,
            shape: { call in
                let (a, b) = (try call(0), try call(1))
                guard a.count >= 2, b.count >= 2, a[a.count - 1] == b[b.count - 2] else {
                    throw call.node.problem("\(a) and \(b) cannot be multiplied")
                }
                let batch = try broadcast(
                    [Array(a.dropLast(2)), Array(b.dropLast(2))], call.node)
                return [batch + [a[a.count - 2], b[b.count - 1]]]
            },
            cost: { call, outputs in outputs[0].reduce(1, *) * (try call(0).last ?? 0) },
            couple: { node, coupling in
                if coupling.isParameter(node.inputs[1]), !coupling.isParameter(node.inputs[0]),
                    try coupling.shape(node.inputs[1]).count == 2
                {
                    return try coupling.product(node, in: 0, out: 1)
                }
                guard !node.inputs.contains(where: { coupling.isParameter($0) }) else {
                    return try coupling.fixAll(node)
                }
                try coupling.attention(node)
            },
            flow: .products,
            run: { [try $0(0).matmul($0(1))] }),
    ]
}

extension Coupling {
    /// A value times a weight: its last dimension is the weight's `inner`, the output's the other.
    mutating func product(_ node: Node, in inner: Int, out outer: Int) throws {
        let weight = node.inputs[1]
        let rank = try shape(node.inputs[0]).count
        let labels = try labels(node.inputs[0])
        if labels.shape[rank - 1] == 1 { fix(labels.ids) }
        join(try axis(weight, inner), try vector(node.inputs[0], dim: rank - 1))
        set(
            node.outputs[0],
            Labels(rank: rank, dim: rank - 1, ids: try axis(weight, outer)))
    }

    /// Two values multiplied, as queries with keys, or weights with values. Where a head is labelled,
    /// all that is summed over belongs to it: a head goes as a whole. Else what meets goes together.
    mutating func attention(_ node: Node) throws {
        var (a, b) = (try labels(node.inputs[0]), try labels(node.inputs[1]))
        let (last, first) = (a.shape.count - 1, b.shape.count - 2)
        let heads = a.shape.dropLast(2) + b.shape.dropLast(2)
        if heads.allSatisfy({ $0 == 1 }) {
            let rows = try vectorIfAny(a, dim: last)
            let columns = try vectorIfAny(b, dim: first)
            if let rows, let columns {
                join(rows, columns)
            } else {
                fix((rows ?? []) + (columns ?? []))
            }
        }
        a = collapsed(a, dim: last)
        b = collapsed(b, dim: first)
        var (x, y) = (try shape(node.inputs[0]), try shape(node.inputs[1]))
        (x[last], y[first]) = (1, 1)
        if heads.allSatisfy({ $0 == 1 }) {
            // Nothing but rows of one and columns of the other is left.
            if a.shape[last - 1] == 1 { a = Labels(rank: a.shape.count) }
            if b.shape[first + 1] == 1 { b = Labels(rank: b.shape.count) }
        }
        set(node.outputs[0], joined([(a, x), (b, y)]))
    }

    private mutating func vectorIfAny(_ labels: Labels, dim: Int) throws -> [Int32]? {
        guard labels.shape[dim] > 1 else { return nil }
        let inner = labels.shape[(dim + 1)...].reduce(1, *)
        let ids = (0..<labels.shape[dim]).map { labels.ids[$0 * inner] }
        for (place, id) in labels.ids.enumerated() {
            join(ids[place / inner % labels.shape[dim]], id)
        }
        return ids
    }

    /// Labels with those along one dimension made one.
    private mutating func collapsed(_ labels: Labels, dim: Int) -> Labels {
        let batched = labels.shape.dropLast(2).contains { $0 > 1 }
        let first = labels.selecting([0], dim: dim)
        if batched { join(first.expanded(to: labels.shape).ids, labels.ids) }
        return first
    }
}
