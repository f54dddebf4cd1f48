/// Coupling rules that several operators share.
extension Coupling {
    /// One input elementwise to one output, whatever the sizes of the dimensions without labels.
    mutating func same(_ node: Node) throws {
        set(node.outputs[0], try labels(node.inputs[0]))
    }

    /// Inputs that broadcast: what meets in one element is one channel.
    mutating func broadcast(_ node: Node) throws {
        set(node.outputs[0], try meeting(node.inputs.filter { !$0.isEmpty }))
    }

    /// The labels of tensors that meet elementwise. A parameter is labelled along the dimensions that the
    /// values are: the mask of an attention has none, its position bias has the heads'.
    mutating func meeting(_ names: [String]) throws -> Labels {
        let rank = try names.map { try shape($0).count }.max() ?? 0
        let unmet = Set(names.filter { isParameter($0) && values[$0] == nil })
        var dims: Set<Int> = []
        for name in names where !unmet.contains(name) {
            let labels = try labels(name)
            dims.formUnion(labels.dims.map { $0 + rank - labels.shape.count })
        }
        for name in unmet {
            let shape = try shape(name)
            let own = shape.indices.map { dims.contains($0 + rank - shape.count) ? shape[$0] : 1 }
            let count = own.reduce(1, *)
            let labels =
                count > 1
                ? Labels(shape: own, ids: fresh(count)) : Labels(rank: shape.count)
            setParameter(name, labels)
        }
        return joined(try names.map { (try labels($0), try shape($0)) })
    }

    /// Labels of tensors that meet elementwise. One that has none, and does not repeat along a labelled
    /// dimension, cannot be cut: the channels that meet it stay.
    mutating func joined(_ parts: [(labels: Labels, shape: Shape)]) -> Labels {
        let rank = parts.map(\.shape.count).max() ?? 0
        let padded = parts.map { part in
            let missing = [Int](repeating: 1, count: rank - part.shape.count)
            return (
                labels: Labels(shape: missing + part.labels.shape, ids: part.labels.ids),
                shape: missing + part.shape
            )
        }
        let target = (0..<rank).map { dim in padded.map { $0.labels.shape[dim] }.max() ?? 1 }
        var result = [Int32](repeating: Labels.none, count: target.reduce(1, *))
        for part in padded {
            let ids = part.labels.expanded(to: target).ids
            for (place, id) in ids.enumerated() where id != Labels.none {
                if result[place] == Labels.none {
                    result[place] = id
                } else {
                    join(result[place], id)
                }
            }
        }
        for part in padded
        where target.indices.contains(where: { target[$0] > 1 && part.shape[$0] > 1 }) {
            let ids = part.labels.expanded(to: target).ids
            for (place, id) in ids.enumerated() where id == Labels.none {
                join(result[place], Labels.fixed)
            }
        }
        return Labels(shape: target, ids: result)
    }

    /// Everything that the node touches stays as it is.
    mutating func fixAll(_ node: Node) throws {
        for name in node.inputs where !name.isEmpty {
            fix(try labels(name).ids)
        }
        for name in node.outputs where !name.isEmpty {
            set(name, Labels(rank: try shape(name).count))
        }
    }

    /// Channels along which the node computes one number from many (a softmax, a mean) stay.
    mutating func mixing(_ node: Node, dims: [Int]) throws {
        let labels = try labels(node.inputs[0])
        if dims.contains(where: { labels.shape[$0] > 1 }) { fix(labels.ids) }
    }

    /// Parameters with one number a channel, along dimension 1 of the first input.
    mutating func channelwise(_ node: Node, _ inputs: Range<Int>) throws {
        let ids = try vector(node.inputs[0], dim: 1)
        for index in inputs where index < node.inputs.count && !node.inputs[index].isEmpty {
            join(try axis(node.inputs[index], 0), ids)
        }
    }

    /// The same elements in the same order under another shape.
    mutating func reshaped(_ node: Node) throws {
        let (from, to) = (try shape(node.inputs[0]), try shape(node.outputs[0]))
        let labels = try labels(node.inputs[0])
        var (source, target) = (labels.shape, [Int](repeating: 1, count: to.count))
        for (inner, outer) in Self.blocks(from, to) where inner.contains(where: { source[$0] > 1 })
        {
            for dim in inner { source[dim] = from[dim] }
            for dim in outer { target[dim] = to[dim] }
        }
        set(node.outputs[0], Labels(shape: target, ids: labels.expanded(to: source).ids))
    }

    /// Runs of dimensions of `from` and `to` with the same number of elements each.
    static func blocks(_ from: Shape, _ to: Shape) -> [(Range<Int>, Range<Int>)] {
        var blocks: [(Range<Int>, Range<Int>)] = []
        var (i, j) = (0, 0)
        while i < from.count || j < to.count {
            let (start, first) = (i, j)
            var (a, b) = (1, 1)
            repeat {
                if a <= b, i < from.count {
                    a *= from[i]
                    i += 1
                } else if j < to.count {
                    b *= to[j]
                    j += 1
                } else {
                    a *= from[i]
                    i += 1
                }
            } while a != b && (i < from.count || j < to.count)
            // Ones at the end belong to the last block.
            if i < from.count, from[i...].allSatisfy({ $0 == 1 }) { i = from.count }
            if j < to.count, to[j...].allSatisfy({ $0 == 1 }) { j = to.count }
            blocks.append((start..<i, first..<j))
        }
        return blocks
    }

    /// Tensors end to end along one dimension.
    mutating func stacked(_ node: Node, dim: Int) throws {
        let parts = try node.inputs.map { (try labels($0), try shape($0)) }
        let roots = parts.map { part in part.0.ids.map { root($0) } }
        let alike = parts.indices.allSatisfy {
            parts[$0].0.shape == parts[0].0.shape && roots[$0] == roots[0]
        }
        if alike, parts[0].0.shape[dim] == 1 { return set(node.outputs[0], parts[0].0) }
        var target = parts[0].0.shape
        for other in target.indices where other != dim {
            target[other] = parts.map { $0.0.shape[other] }.max() ?? 1
        }
        var outer: [[Int32]] = []
        for (labels, shape) in parts {
            target[dim] = shape[dim]
            outer.append(labels.expanded(to: target).ids)
        }
        let sizes = parts.map { $0.1[dim] }
        let inner = target[(dim + 1)...].reduce(1, *)
        let rows = target[..<dim].reduce(1, *)
        var ids: [Int32] = []
        for row in 0..<rows {
            for (part, size) in zip(outer, sizes) {
                let block = size * inner
                ids += part[row * block..<(row + 1) * block].map {
                    $0 == Labels.none ? Labels.fixed : $0
                }
            }
        }
        target[dim] = sizes.reduce(0, +)
        set(node.outputs[0], Labels(shape: target, ids: ids))
    }
}
