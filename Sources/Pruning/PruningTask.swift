import Models

/// What a method is given: weights, which layers, what it was told, and what is pruned already.
struct PruningTask {
    let state: StateDictionary
    let layers: [String]
    let options: PruningOptions
    let existing: Masks?
    /// Weight -> the numbers with one entry for each of its filters (batch norm or bias).
    let channels: [String: [String]]

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

extension Graph {
    /// The weights that are pruned: those of every convolution and linear layer, but of the last, which
    /// scores the classes, only when asked.
    package func prunableWeights(classifier: Bool = false) -> [String] {
        let head = try? head().weight
        return tensors().filter {
            ($0.kind == .convolution || $0.kind == .linearWeight) && $0.shape.count >= 2
                && (classifier || $0.name != head)
        }.map(\.name)
    }

    /// For each weight, the numbers with one entry for each filter: scale and shift of the batch norm that
    /// alone reads what it gives, or else its bias; none where neither is there.
    package func channelParameters() -> [String: [String]] {
        var uses: [String: Int] = [:]
        for name in nodes.flatMap(\.inputs) + outputs { uses[name, default: 0] += 1 }
        let norms = Dictionary(
            nodes.filter { $0.type == "BatchNormalization" && $0.inputs.count > 2 }.map {
                ($0.inputs[0], Array($0.inputs[1...2]))
            }, uniquingKeysWith: { first, _ in first })
        var found: [String: [String]] = [:]
        for node in nodes where ["Conv", "Gemm"].contains(node.type) && node.inputs.count > 1 {
            let bias = node.inputs.dropFirst(2).filter { !$0.isEmpty }
            let norm = node.outputs.first.flatMap { uses[$0] == 1 ? norms[$0] : nil }
            found[node.inputs[1]] = norm ?? Array(bias)
        }
        return found
    }
}

extension Architecture {
    /// The weights that are pruned, as of its graph.
    package func prunableWeights(classifier: Bool = false) -> [String] {
        (try? graph(classes: 1).prunableWeights(classifier: classifier)) ?? []
    }
}
