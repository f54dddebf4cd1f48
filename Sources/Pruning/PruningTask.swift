import Networks

/// What a method is given: weights, which layers, what it was told, and what is pruned already.
struct PruningTask {
    let state: StateDictionary
    let layers: [String]
    let options: PruningOptions
    let existing: Masks?

    /// A layer's weights, without those that are pruned already.
    func weights(_ name: String) throws -> LayerWeights {
        try LayerWeights(name, in: state, existing: existing)
    }

    /// How many weights to prune in a layer, from a list that may be anyone's.
    ///
    /// - Throws: `PruningError` when there are fewer.
    func count(_ counts: [String: Int], _ layer: LayerWeights) throws -> Int {
        let count = counts[layer.name, default: 0]
        guard (0...layer.candidates).contains(count) else {
            throw PruningError(
                "cannot prune \(count) weights of '\(layer.name)': \(layer.candidates) of its "
                    + "\(layer.values.count) are not zero")
        }
        return count
    }
}

extension Architecture {
    /// The weights that are pruned: every convolution's, and the classifier's when asked.
    package func prunableWeights(classifier: Bool = false) -> [String] {
        tensors(classes: 1).filter {
            $0.kind == .convolution || classifier && $0.kind == .linearWeight
        }.map(\.name)
    }
}
