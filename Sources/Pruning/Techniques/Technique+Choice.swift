import Models

/// What a technique chose.
package struct Choice: Sendable, Equatable {
    /// Of every layer, all ones if nothing of it goes; what was pruned before stays so.
    package let masks: Masks
    /// Degrees that were found for an amount: the angle that reaches it, or the largest at which filters were
    /// merged; nil where none were looked for.
    package let angle: Double?
    /// Of each group of channels that is cut, by its first parameter, those that go; nil where weights or
    /// filters are masked.
    package var channels: [String: [Int]]?
}

extension Technique {
    /// Chooses what goes.
    ///
    /// Weights that are already zero stay pruned, as does everything in the context's `existing`. The weights
    /// themselves are not changed: `Masks.apply` does that.
    package func choose(in context: PruningContext) throws -> Choice {
        guard !context.layers.isEmpty else { throw PruningError("no layers to prune were named") }
        try selection.check()
        if removal.takesChannels { return try ChannelRemoval(self, context).choice() }
        guard roundTo == nil else {
            throw PruningError(
                "widths as multiples of \(roundTo ?? 1): that is for `removal` channels or one that "
                    + "merges")
        }
        let choice = try choice(selection, context)
        let masks = try context.existing.map(choice.masks.intersection) ?? choice.masks
        return Choice(masks: masks, angle: choice.angle)
    }

    private func choice(_ selection: Selection, _ context: PruningContext) throws -> Choice {
        let layers = try context.layers.map(context.weights)
        switch selection {
        case .budget(let budget):
            let (cost, choose) = (
                try NetworkBudget(budget, context), try chooser(layers, context)
            )
            return try choose(
                cost.search(words, removal) { try applied(choose($0).masks, to: cost.model) })
        case .pattern(let pattern):
            guard criterion.element == .weights, scope == .layer else {
                throw PruningError(
                    "pattern \(pattern.words) is of single weights within their layer: choose a criterion "
                        + "of weights, e.g. magnitude, and leave `scope` out")
            }
            return try Choice(
                masks: Masks(weightChoice(layers, context).masks(pattern)), angle: nil)
        case .matched(let other):
            let found = try reference(other).choice(other.selection, context)
            let taken = try found.masks.removals(from: context.state, existing: context.existing)
            let counts = try layers.map { try Self.count(taken[$0.name] ?? 0, $0) }
            // The angle is told where one was looked for.
            var angle: Double?
            if case .reaching = other.selection { angle = found.angle }
            return try Choice(
                masks: Masks(weightChoice(layers, context).masks(counts)), angle: angle)
        case .largestShare(let other):
            return try largestShare(of: other, layers, context)
        case .amount(let amount): return try chooser(layers, context)(amount)
        case .angle(let bound):
            return try angled(layers, context, bound: bound, found: nil)
        case .reaching(let share):
            let bound = try filterChoice(layers, context).angle(reaching: share)
            return try angled(layers, context, bound: bound, found: bound)
        }
    }

    /// What goes for an amount; scores are computed once.
    private func chooser(
        _ layers: [LayerWeights], _ context: PruningContext
    ) throws -> (Double) throws -> Choice {
        switch criterion.element {
        case .channels:
            throw PruningError(
                "criterion '\(criterion.name)' scores whole channels: choose `removal` channels or one "
                    + "that merges")
        case .weights:
            if scope != .layer {
                let sets = Self.sets(scope, layers.map(\.shape))
                let choices = try sets.map { set in
                    let own = set.map { layers[$0] }
                    return (own, try weightChoice(own, context))
                }
                return { amount in
                    let masks = try choices.flatMap { own, choice in
                        let all = own.map(\.candidates).reduce(0, +)
                        return try choice.masks(together: PruningAmount.count(amount, of: all))
                    }
                    let byName = Dictionary(uniqueKeysWithValues: masks.map { ($0.name, $0) })
                    return Choice(
                        masks: try Masks(layers.compactMap { byName[$0.name] }), angle: nil)
                }
            }
            let choice = try weightChoice(layers, context)
            return { amount in
                let counts = layers.map { PruningAmount.count(amount, of: $0.candidates) }
                return Choice(masks: try Masks(choice.masks(counts)), angle: nil)
            }
        case .filters:
            let choice = try filterChoice(layers, context)
            return { amount in
                let found =
                    try scope == .layer
                    ? choice.layered(amount)
                    : choice.together(amount, Self.sets(scope, layers.map(\.shape)))
                return Choice(
                    masks: try Masks(found.masks(layers, context)),
                    angle: criterion.hasAngles ? found.last : nil)
            }
        }
    }

    /// The layers whose scores compete, by their shapes.
    static func sets(_ scope: Scope, _ shapes: [[Int]]) -> [[Int]] {
        switch scope {
        case .layer: return shapes.indices.map { [$0] }
        case .global: return [Array(shapes.indices)]
        case .shape:
            let byShape = Dictionary(grouping: shapes.indices) { shapes[$0] }
            return byShape.values.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
        }
    }

    private func angled(
        _ layers: [LayerWeights], _ context: PruningContext, bound: Double, found: Double?
    ) throws -> Choice {
        let filters = try filterChoice(layers, context).under(bound)
        return Choice(masks: try Masks(filters.masks(layers, context)), angle: found)
    }

    /// In every layer the largest fraction that the other takes of any at its angle:
    /// `floor(pruned * candidates / total)`, in whole numbers.
    private func largestShare(
        of other: Selection.Reference, _ layers: [LayerWeights], _ context: PruningContext
    ) throws -> Choice {
        let filters = try Technique(other.criterion, .amount(0)).filterChoice(layers, context)
        let (bound, found): (Double, Double?)
        switch other.selection {
        case .angle(let angle): (bound, found) = (angle, nil)
        case .reaching(let share):
            bound = filters.angle(reaching: share)
            found = bound
        case .amount, .budget, .pattern, .matched, .largestShare:
            throw PruningError("the largest share is that of an angle between filters")
        }
        let sparsest = filters.sparsest(under: bound)
        let counts = layers.map { layer -> Int in
            let product = sparsest.pruned.multipliedFullWidth(by: layer.candidates)
            return sparsest.total == 0 ? 0 : sparsest.total.dividingFullWidth(product).quotient
        }
        return Choice(
            masks: try Masks(weightChoice(layers, context).masks(counts)), angle: found)
    }

    private func reference(_ other: Selection.Reference) -> Technique {
        Technique(other.criterion, scope: other.scope, other.selection, seed: seed)
    }

    private func weightChoice(
        _ layers: [LayerWeights], _ context: PruningContext
    ) throws -> WeightChoice {
        guard criterion.element == .weights else {
            throw PruningError("criterion '\(criterion.name)' scores filters, not single weights")
        }
        return WeightChoice(
            layers, try layers.map { try criterion.scores($0, context, seed: seed ?? 0) })
    }

    /// Filters are a convolution's; a linear layer between stays whole.
    private func filterChoice(
        _ layers: [LayerWeights], _ context: PruningContext
    ) throws -> FilterChoice {
        guard criterion.element == .filters else {
            throw PruningError("criterion '\(criterion.name)' scores single weights, not filters")
        }
        return FilterChoice(
            try layers.map {
                $0.shape.count == 4 ? try criterion.scores($0, context, seed: seed ?? 0) : nil
            })
    }

    /// - Throws: `PruningError` when there are fewer.
    private static func count(_ count: Int, _ layer: LayerWeights) throws -> Int {
        guard (0...layer.candidates).contains(count) else {
            throw PruningError(
                "cannot prune \(count) weights of '\(layer.name)': \(layer.candidates) of its "
                    + "\(layer.values.count) are not zero")
        }
        return count
    }
}
