import Models

/// Distinctiveness of filters (paper, section 2.4; after Gedeon & Harris 1991): of each two filters
/// of a convolution that are closer than the angle, the later is removed whole.
enum Distinctiveness {
    /// Masks of the convolutions, and of the scale and shift of the batch norm after each: a batch
    /// norm's shift that survived its filter would still put out a constant.
    static func masks(_ task: PruningTask) throws -> [LayerMask] {
        try check(task)
        return try masks(task) { $0.removed(under: task.options.angle) }
    }

    /// The same by merging order, until each convolution has lost `floor(amount * filters)` of the
    /// filters that have a direction: where an angle takes next to nothing of most layers.
    static func masksByOrder(_ task: PruningTask) throws -> [LayerMask] {
        try PruningAmount.check(task.options.amount)
        return try masks(task) { angles in
            angles.firstRemoved(
                PruningAmount.count(task.options.amount, of: angles.compared.count)
            ).filters
        }
    }

    private static func masks(
        _ task: PruningTask, _ choose: (FilterAngles) -> [Int]
    ) throws -> [LayerMask] {
        try task.layers.flatMap { name in
            let layer = try task.weights(name)
            // Filters are a convolution's; a linear layer between stays whole.
            let removed = layer.shape.count == 4 ? try choose(FilterAngles(layer)) : []
            let convolution = try mask(layer, removing: removed)
            return try removed.isEmpty
                ? [convolution]
                : [convolution]
                    + normMasks(after: name, removed, filters: layer.shape[0], task)
        }
    }

    /// Candidates that go in each layer.
    static func counts(_ task: PruningTask) throws -> [String: Int] {
        try Masks(masks(task)).removals(from: task.state, existing: task.existing)
    }

    /// Candidates that go in each layer by merging order.
    static func countsByOrder(_ task: PruningTask) throws -> [String: Int] {
        try Masks(masksByOrder(task)).removals(from: task.state, existing: task.existing)
    }

    /// The filters of the layer that loses the largest fraction of them.
    static func sparsest(_ task: PruningTask) throws -> Density {
        try check(task)
        let layers = try task.layers.map(task.weights).filter { $0.shape.count == 4 }.map {
            try FilterAngles($0).density(under: task.options.angle)
        }
        return layers.filter { $0.total > 0 }
            .max { $0.pruned * $1.total < $1.pruned * $0.total } ?? Density(kept: 0, total: 0)
    }

    private static func check(_ task: PruningTask) throws {
        guard (0...180).contains(task.options.angle) else {
            throw PruningError(
                "angle \(task.options.angle): expected degrees from 0 to 180, e.g. 45")
        }
    }

    private static func mask(_ layer: LayerWeights, removing filters: [Int]) throws -> LayerMask {
        let length = layer.shape[1...].reduce(1, *)
        var bytes = layer.values.map { $0 != 0 ? 1 : 0 as UInt8 }
        for filter in filters {
            for index in (filter * length)..<((filter + 1) * length) { bytes[index] = 0 }
        }
        return try LayerMask(name: layer.name, shape: layer.shape, bytes: bytes)
    }

    private static func normMasks(
        after convolution: String, _ removed: [Int], filters: Int, _ task: PruningTask
    ) throws -> [LayerMask] {
        guard let channels = task.channels[convolution] else {
            throw PruningError(
                "'\(convolution)' loses whole filters, but it is not known which batch norm or bias "
                    + "goes with it: it is no convolution of the network")
        }
        var bytes = [UInt8](repeating: 1, count: filters)
        for filter in removed { bytes[filter] = 0 }
        return try channels.map { name in
            let mask = try LayerMask(name: name, shape: [filters], bytes: bytes)
            _ = try mask.weight(in: task.state)
            return mask
        }
    }
}
