import Core
import Models
import Torch

/// Channels that layers share: whatever goes of them goes from all. A residual network's trunk is one such
/// group, what lies inside a block another.
package struct SharedChannels {
    /// A layer that gives them.
    package struct Writer {
        /// Rows are the layer's outputs.
        package let weights: LayerWeights
        /// For each channel, its rows: one, or those of an attention head.
        package let rows: [[Int]]
    }

    /// The first parameter that loses entries.
    package let name: String
    /// Place among the network's groups.
    package let group: Int
    package let count: Int
    package let writers: [Writer]
    /// The layers that read them, in the network's order.
    package let readers: [ChannelReader]

    /// The groups whose channels may go: given by layers that are pruned, and the same cut or zeroed.
    static func all(_ groups: ChannelGroups, _ context: PruningContext) throws -> [SharedChannels] {
        let layers = Set(context.layers)
        let readers = try groups.readers()
        return try groups.groups.indices.compactMap { index in
            let group = groups.groups[index]
            guard group.isExact, group.channels.count > 1 else { return nil }
            let writers = try groups.writers(of: index).filter { layers.contains($0.weight) }
            guard !writers.isEmpty else { return nil }
            return SharedChannels(
                name: group.name, group: index, count: group.channels.count,
                writers: try writers.map { writer in
                    let weights = try context.weights(writer.weight)
                    return Writer(
                        weights: writer.outer == 0 ? weights : try weights.transposed(),
                        rows: writer.entries)
                },
                readers: readers.filter { $0.channels.contains { $0?.group == index } })
        }
    }

    /// What a criterion of single layers says of them together.
    ///
    /// A channel's score in a layer is the mean over its rows (single weights count by their magnitudes'
    /// sum); parts of the loss are added over the layers, others divided by the layer's mean and averaged;
    /// angles are those between the layers' unit vectors one behind the other. Channels of zeros in every
    /// layer go first.
    func together(
        _ criterion: Criterion, _ context: PruningContext, seed: UInt64
    ) throws -> Scores? {
        var scores = [Double](repeating: 0, count: count)
        var parts = [Int](repeating: 0, count: count)
        var angles = GroupAngles(name, count)
        var isScored = false
        for writer in writers {
            let found = try criterion.scores(writer.weights, context, seed: seed)
            switch found {
            case .angles(let one): angles.add(one, writer.rows)
            case .chance:
                var generator = SplitMix64(seed: seed, name: name)
                return .filters((0..<count).map { _ in Double(generator.uniform()) })
            case .filters, .weights:
                let rows = Self.rows(found, writer.weights)
                isScored = isScored || rows.contains { $0 != nil }
                let own = writer.rows.map { Self.mean($0.compactMap { rows[$0] }) }
                let unit = criterion.isLoss ? 1 : Self.mean(own.compactMap { $0 }) ?? 0
                for (channel, score) in own.enumerated() {
                    guard let score else { continue }
                    scores[channel] += unit > 0 ? score / unit : 0
                    parts[channel] += 1
                }
            case .sets: return found
            }
        }
        if criterion.hasAngles { return angles.scores }
        guard isScored else { return nil }
        return .filters(
            scores.indices.map { channel in
                guard parts[channel] > 0 else { return -1 }
                return criterion.isLoss ? scores[channel] : scores[channel] / Double(parts[channel])
            })
    }

    private static func rows(_ scores: Scores, _ layer: LayerWeights) -> [Double?] {
        if case .filters(let rows) = scores { return rows }
        guard case .weights(let numbers) = scores else { return [] }
        let size = layer.filterSize
        let zeros = Set(layer.zeroFilters)
        return (0..<(layer.shape.first ?? 0)).map { row in
            if zeros.contains(row) { return nil }
            return numbers[(row * size)..<((row + 1) * size)].reduce(0) {
                $0 + Double($1.magnitude)
            }
        }
    }

    private static func mean(_ numbers: [Double]) -> Double? {
        numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    }
}

/// Angles between channels that several layers give: each layer's cosines, averaged over those that have them.
private struct GroupAngles {
    private let name: String
    private let count: Int
    private var sums: [Double]
    private var parts: [Int]
    private var compared: Set<Int> = []

    init(_ name: String, _ count: Int) {
        (self.name, self.count) = (name, count)
        sums = [Double](repeating: 0, count: count * count)
        parts = [Int](repeating: 0, count: count * count)
    }

    mutating func add(_ angles: FilterAngles, _ rows: [[Int]]) {
        let known = Set(angles.compared)
        for i in 0..<count {
            for j in 0..<count {
                for (a, b) in zip(rows[i], rows[j]) where known.contains(a) && known.contains(b) {
                    sums[i * count + j] += angles.cosine(a, b)
                    parts[i * count + j] += 1
                    compared.insert(i)
                }
            }
        }
    }

    var scores: Scores? {
        guard !compared.isEmpty else { return nil }
        return .angles(
            FilterAngles(
                layer: name, filters: count, compared: compared.sorted(),
                cosines: zip(sums, parts).map { $1 > 0 ? $0 / Double($1) : 0 }))
    }
}
