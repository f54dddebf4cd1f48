import Core

/// Chooses weights one by one, from scores or by chance.
struct WeightChoice {
    private let layers: [LayerWeights]
    private let scores: [Scores]

    init(_ layers: [LayerWeights], _ scores: [Scores]) {
        (self.layers, self.scores) = (layers, scores)
    }

    /// Of each layer's candidates a number of its own.
    func masks(_ counts: [Int]) throws -> [LayerMask] {
        try layers.indices.map { place in
            try Self.mask(layers[place], scores[place], pruning: counts[place])
        }
    }

    /// A number of all layers' candidates together: ties by the order of the layers and the index; by chance,
    /// every choice of that many equally likely.
    func masks(together count: Int) throws -> [LayerMask] {
        if case .chance(let generator)? = scores.first {
            return try masks(Self.shares(count, layers.map(\.candidates), generator))
        }
        let scored = try layers.indices.map { place in
            ScoreThreshold.Layer(layers[place], try Self.numbers(scores[place], layers[place]))
        }
        var threshold = ScoreThreshold(smallest: count, of: scored)
        return try scored.map { try threshold.mask($0) }
    }

    /// Of every few weights along the input channels, tap by tap, all but the highest; ties go by index, the last
    /// few may be fewer. Layers that read fewer channels than that stay whole.
    func masks(_ pattern: WeightPattern) throws -> [LayerMask] {
        try layers.indices.map { place in
            let layer = layers[place]
            let numbers = try Self.numbers(scores[place], layer)
            var bytes = layer.values.map { $0 != 0 ? 1 : 0 as UInt8 }
            let (inputs, taps) = (layer.shape[1], layer.shape.dropFirst(2).reduce(1, *))
            let rows = inputs < pattern.of ? 0 : layer.shape[0]
            for row in 0..<rows {
                for tap in 0..<taps {
                    for begin in stride(from: 0, to: inputs, by: pattern.of) {
                        let own = (begin..<min(begin + pattern.of, inputs)).map {
                            (row * inputs + $0) * taps + tap
                        }
                        // The lowest first; of equals the earlier go, as everywhere.
                        let order = own.sorted {
                            let (a, b) = (numbers[$0].magnitude, numbers[$1].magnitude)
                            return (bytes[$0], a, $0) < (bytes[$1], b, $1)
                        }
                        for index in order.dropLast(pattern.kept) { bytes[index] = 0 }
                    }
                }
            }
            return try LayerMask(name: layer.name, shape: layer.shape, bytes: bytes)
        }
    }

    /// A layer's mask without `count` of its candidates.
    static func mask(
        _ layer: LayerWeights, _ scores: Scores, pruning count: Int
    ) throws -> LayerMask {
        if case .chance(var generator) = scores {
            return try mask(layer, pruning: count, &generator)
        }
        let scored = ScoreThreshold.Layer(layer, try numbers(scores, layer))
        var threshold = ScoreThreshold(smallest: count, of: [scored])
        return try threshold.mask(scored)
    }

    private static func numbers(_ scores: Scores, _ layer: LayerWeights) throws -> [Float] {
        guard case .weights(let numbers) = scores else {
            throw PruningError("'\(layer.name)': filters were scored where weights are chosen")
        }
        return numbers
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

    /// How many of each layer go when `count` of all are drawn without putting back.
    private static func shares(
        _ count: Int, _ candidates: [Int], _ generator: SplitMix64
    ) -> [Int] {
        var generator = generator
        var due = UInt64(count)
        var toCome = UInt64(candidates.reduce(0, +))
        return candidates.map { size in
            var taken = 0
            for _ in 0..<size {
                if due > 0, generator.next(below: toCome) < due {
                    due -= 1
                    taken += 1
                }
                toCome -= 1
            }
            return taken
        }
    }
}
