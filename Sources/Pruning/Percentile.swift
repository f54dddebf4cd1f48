/// Percentile pruning (paper, section 2.4): the weights of smallest absolute value.
enum Percentile {
    /// Exactly `count(amount, of: n)` of each layer's n candidates, smallest first, ties by index;
    /// with the global scope, of all layers' candidates together, ties by the order of the layers
    /// and the index.
    static func masks(_ task: PruningTask) throws -> [LayerMask] {
        try PruningAmount.check(task.options.amount)
        switch task.options.scope {
        case .perLayer:
            return try task.layers.map { name in
                let layer = try task.weights(name)
                let count = PruningAmount.count(task.options.amount, of: layer.candidates)
                return try mask(layer, pruning: count)
            }
        case .global:
            let layers = try task.layers.map(task.weights)
            let candidates = layers.map(\.candidates).reduce(0, +)
            let count = PruningAmount.count(task.options.amount, of: candidates)
            var threshold = MagnitudeThreshold(smallest: count, of: layers)
            return try layers.map { try threshold.mask($0) }
        }
    }

    /// In each layer the number that distinctiveness takes at the angle, or that `counts` gives:
    /// the same density in each layer.
    static func matched(_ task: PruningTask) throws -> [LayerMask] {
        try matched(task, task.options.counts ?? Distinctiveness.counts(task))
    }

    /// In each layer the number that distinctiveness takes by merging order.
    static func matchedByOrder(_ task: PruningTask) throws -> [LayerMask] {
        try matched(task, Distinctiveness.countsByOrder(task))
    }

    private static func matched(
        _ task: PruningTask, _ counts: [String: Int]
    ) throws -> [LayerMask] {
        try task.layers.map { name in
            let layer = try task.weights(name)
            return try mask(layer, pruning: task.count(counts, layer))
        }
    }

    /// In every layer the largest fraction that distinctiveness takes of any layer at the angle
    /// (paper, section 3.3): `floor(pruned * candidates / total)`, in whole numbers.
    static func asThePaper(_ task: PruningTask) throws -> [LayerMask] {
        let sparsest = try Distinctiveness.sparsest(task)
        return try task.layers.map { name in
            let layer = try task.weights(name)
            let product = sparsest.pruned.multipliedFullWidth(by: layer.candidates)
            let count =
                sparsest.total == 0 ? 0 : sparsest.total.dividingFullWidth(product).quotient
            return try mask(layer, pruning: count)
        }
    }

    /// The mask without the layer's `count` smallest candidates.
    static func mask(_ layer: LayerWeights, pruning count: Int) throws -> LayerMask {
        var threshold = MagnitudeThreshold(smallest: count, of: [layer])
        return try threshold.mask(layer)
    }
}
