import Randomness

/// Random pruning: the control for every other method.
enum RandomPruning {
    /// In each layer as many candidates as percentile takes at the same amount and scope, or as
    /// `counts` gives; every choice of that many is equally likely.
    static func masks(_ task: PruningTask) throws -> [LayerMask] {
        let counts = try counts(task)
        return try task.layers.map { name in
            let layer = try task.weights(name)
            let count = try task.count(counts, layer)
            var generator = SplitMix64(seed: task.options.seed, name: name)
            return try mask(layer, pruning: count, &generator)
        }
    }

    private static func counts(_ task: PruningTask) throws -> [String: Int] {
        if let counts = task.options.counts { return counts }
        return try Masks(Percentile.masks(task)).removals(from: task.state, existing: task.existing)
    }

    /// Selection sampling (Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm S):
    /// one draw a candidate, which goes with probability still due / still to come.
    static func mask(
        _ layer: LayerWeights, pruning count: Int, _ generator: inout SplitMix64
    ) throws -> LayerMask {
        var due = UInt64(count)
        var toCome = UInt64(layer.candidates)
        let bytes = layer.values.map { value -> UInt8 in
            guard value != 0 else { return 0 }
            defer { toCome -= 1 }
            guard due > 0, generator.next(below: toCome) < due else { return 1 }
            due -= 1
            return 0
        }
        return try LayerMask(name: layer.name, shape: layer.shape, bytes: bytes)
    }
}
