import Models

/// A way to choose what to prune: a name, a summary, and the function.
package struct PruningMethod: Sendable {
    package let name: String
    /// One line.
    package let summary: String
    /// The options that it reads; the others do nothing.
    package let reads: [PruningOptions.Setting]
    private let function: @Sendable (PruningTask) throws -> [LayerMask]

    /// Every method. The only list of them.
    package static let all: [PruningMethod] = [
        PruningMethod(
            name: "percentile",
            summary: "the given fraction of the weights, smallest absolute value first",
            reads: [.amount, .scope], function: Percentile.masks),
        PruningMethod(
            name: "random",
            summary: "as many weights of each layer as percentile takes, at random",
            reads: [.amount, .scope, .counts, .seed], function: RandomPruning.masks),
        PruningMethod(
            name: "distinctiveness",
            summary: "the later of every two filters of a convolution closer than the angle",
            reads: [.angle], function: Distinctiveness.masks),
        PruningMethod(
            name: "matched",
            summary: "percentile, with as many weights of each layer as distinctiveness takes",
            reads: [.angle, .counts], function: Percentile.matched),
        PruningMethod(
            name: "as-the-paper",
            summary: "percentile, at the largest fraction that distinctiveness takes of any layer",
            reads: [.angle], function: Percentile.asThePaper),
        PruningMethod(
            name: "distinctiveness-by-order",
            summary: "the given fraction of a convolution's filters, the most alike merged first",
            reads: [.amount], function: Distinctiveness.masksByOrder),
        PruningMethod(
            name: "matched-by-order",
            summary: "percentile, with as many weights of each layer as that takes",
            reads: [.amount], function: Percentile.matchedByOrder),
    ]

    /// The method with a name.
    ///
    /// - Throws: `PruningError` with the name that was probably meant, and all of them.
    package static func named(_ name: String) throws -> PruningMethod {
        if let method = all.first(where: { $0.name == name }) { return method }
        throw PruningError(NearestName.refusal(of: name, "method", among: all.map(\.name)))
    }

    /// Chooses what to prune of a model's layers but the last, on top of its own masks.
    package func masks(
        for model: Model, options: PruningOptions = PruningOptions()
    ) throws -> Masks {
        try masks(
            for: model.state, layers: model.graph.prunableWeights(), options: options,
            existing: model.pruningMasks(), channels: model.graph.channelParameters())
    }

    /// Chooses what to prune of the named layers, on top of what `existing` masks already prune.
    ///
    /// Each layer gets a mask, all ones if nothing of it goes. Weights that are already zero stay
    /// pruned, as does everything in `existing`. The weights themselves are not changed:
    /// `Masks.apply` does that.
    /// - Parameter channels: as `Graph.channelParameters`, for what removes filters whole.
    /// - Throws: `PruningError` for an option out of range, a layer that is missing or listed
    ///   twice, weights
    ///   that are not finite, or existing masks that do not fit.
    package func masks(
        for state: StateDictionary, layers: [String], options: PruningOptions = PruningOptions(),
        existing: Masks? = nil, channels: [String: [String]] = [:]
    ) throws -> Masks {
        guard !layers.isEmpty else { throw PruningError("no layers to prune were named") }
        if let stray = options.counts?.keys.filter({ !layers.contains($0) }).min() {
            throw PruningError("counts name '\(stray)', which is not among the layers to prune")
        }
        let task = PruningTask(
            state: state, layers: layers, options: options, existing: existing, channels: channels)
        let chosen = try Masks(function(task))
        return try existing.map(chosen.intersection) ?? chosen
    }
}
