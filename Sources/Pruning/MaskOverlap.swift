/// How far two masks of one layer keep the same weights.
package struct MaskOverlap: Sendable, Equatable, Codable {
    /// The layer's name, or `all`.
    package let name: String
    /// Weights of the layer.
    package let total: Int
    /// Kept by the first, by the second, and by both.
    package let first: Int
    package let second: Int
    package let both: Int

    /// Jaccard index: kept by both over kept by either; 1 when both keep nothing.
    package var jaccard: Double {
        let either = first + second - both
        return either == 0 ? 1 : Double(both) / Double(either)
    }

    /// The Jaccard index that two unrelated masks of these densities are expected to have, about:
    /// with both = first * second / total.
    package var jaccardByChance: Double {
        guard total > 0 else { return 1 }
        let both = Double(first) * Double(second) / Double(total)
        let either = Double(first) + Double(second) - both
        return either == 0 ? 1 : both / either
    }
}

extension Masks {
    /// The overlap of the weights of every layer (convolutions and classifier, not batch norm), in
    /// order, and of all together as `all`.
    ///
    /// - Throws: `PruningError` when the two do not mask the same layers.
    package func overlap(with other: Masks) throws -> [MaskOverlap] {
        let mine = layers.filter { $0.role != .channel }
        let theirs = other.layers.filter { $0.role != .channel }
        let difference = Set(mine.map(\.name)).symmetricDifference(theirs.map(\.name))
        if let name = difference.min() {
            throw PruningError("only one of the two masks has '\(name)': they cannot be compared")
        }
        let overlaps = try mine.map { layer in
            let shared = try other[layer.name].map(layer.intersection) ?? layer
            return MaskOverlap(
                name: layer.name, total: layer.bytes.count, first: layer.kept,
                second: other[layer.name]?.kept ?? 0, both: shared.kept)
        }
        let all = overlaps.reduce(MaskOverlap(name: "all", total: 0, first: 0, second: 0, both: 0))
        {
            MaskOverlap(
                name: "all", total: $0.total + $1.total, first: $0.first + $1.first,
                second: $0.second + $1.second, both: $0.both + $1.both)
        }
        return overlaps + [all]
    }
}
