import Foundation
import Models
import Torch

/// Two filters of one convolution and the angle between them.
package struct FilterPair: Sendable, Hashable, Codable {
    /// The convolution's weight.
    package let layer: String
    package let first: Int
    /// The later filter: the one that goes.
    package let second: Int
    /// Degrees.
    package let angle: Double
}

/// Pairs whose angle is in `lower..<upper` degrees (the last bin includes 180).
package struct AngleBin: Sendable, Hashable, Codable {
    package let lower: Double
    package let upper: Double
    package let count: Int
}

/// The angles between the flattened weight vectors of every two filters of one convolution.
///
/// cos(i, j) = w_i . w_j / (|w_i| |w_j|), all from one product of the normalised rows in float64:
/// right to 1e-10 degrees from 0.01 to 179.99, and to 3e-6 beyond, where the cosine is flat. A
/// filter that is all zero has no direction: it takes no part.
package struct FilterAngles: Sendable {
    package let layer: String
    package let filters: Int
    /// The filters that have a direction, in order.
    package let compared: [Int]
    /// Row-major [filters, filters]; only those of `compared` mean something.
    private let cosines: [Double]

    /// - Throws: `PruningError` when the layer is missing, is no convolution, or holds NaN or
    ///   infinity.
    package init(_ layer: String, in state: StateDictionary, existing: Masks? = nil) throws {
        try self.init(LayerWeights(layer, in: state, existing: existing))
    }

    /// - Parameter cosines: row-major [filters, filters].
    init(layer: String, filters: Int, compared: [Int], cosines: [Double]) {
        (self.layer, self.filters, self.compared) = (layer, filters, compared)
        self.cosines = cosines
    }

    init(_ weights: LayerWeights) throws {
        guard weights.shape.count >= 2 else {
            throw PruningError(
                "angles are taken between the filters of a convolution [out, in, k, k] or the rows of "
                    + "a linear layer [out, in], but "
                    + "'\(weights.name)' is \(weights.shape)")
        }
        let filters = weights.shape[0]
        let length = weights.shape[1...].reduce(1, *)
        let scales = weights.values.withUnsafeBufferPointer { values in
            (0..<filters).map { filter in
                var square = 0.0
                var at = filter * length
                while at < (filter + 1) * length {
                    square += Double(values[at]) * Double(values[at])
                    at += 1
                }
                return square == 0 ? 0 : 1 / square.squareRoot()
            }
        }
        layer = weights.name
        self.filters = filters
        compared = scales.indices.filter { scales[$0] != 0 }
        let rows = try Tensor(weights.values, [filters, length]).to(dtype: .float64)
        let unit = try rows * Tensor(scales, [filters, 1])
        cosines = try unit.matmul(unit.transposed(0, 1)).values()
    }

    /// Cosine between two compared filters.
    func cosine(_ i: Int, _ j: Int) -> Double { cosines[i * filters + j] }

    /// Degrees between two compared filters.
    package func angle(_ i: Int, _ j: Int) -> Double {
        acos(max(-1, min(1, cosines[i * filters + j]))) * 180 / .pi
    }

    /// The pairs closer than `bound` degrees, the closest first, ties by the earlier and then the
    /// later.
    package func pairs(under bound: Double) -> [FilterPair] {
        var pairs: [FilterPair] = []
        forEachPair { i, j in
            let angle = angle(i, j)
            if angle < bound {
                pairs.append(FilterPair(layer: layer, first: i, second: j, angle: angle))
            }
        }
        return pairs.sorted { ($0.angle, $0.first, $0.second) < ($1.angle, $1.first, $1.second) }
    }

    /// The later filter of every pair closer than `bound` degrees, in order.
    ///
    /// A pair counts also when its earlier filter goes because of another pair, so the answer does
    /// not depend on any order; the first compared filter always stays.
    package func removed(under bound: Double) -> [Int] {
        compared.indices.filter { later in
            compared[..<later].contains { angle($0, compared[later]) < bound }
        }.map { compared[$0] }
    }

    /// The filters in the order in which they go when alike ones are merged: pair by pair, the closest first
    /// (ties by the earlier and then the later), the later of each two that are both still there.
    ///
    /// - Returns: at most `count` filters, each with its angle in degrees, which never falls; the first
    ///   compared filter always stays.
    package func merged(_ count: Int = .max) -> [(filter: Int, angle: Double)] {
        var pairs: [(cosine: Double, first: Int, second: Int)] = []
        forEachPair { i, j in pairs.append((cosines[i * filters + j], i, j)) }
        pairs.sort { ($1.cosine, $0.first, $0.second) < ($0.cosine, $1.first, $1.second) }
        var isGone = [Bool](repeating: false, count: filters)
        var removed: [(filter: Int, angle: Double)] = []
        for pair in pairs where removed.count < count {
            if isGone[pair.first] || isGone[pair.second] { continue }
            isGone[pair.second] = true
            removed.append((pair.second, angle(pair.first, pair.second)))
        }
        return removed
    }

    /// Filters that stay, of those that have a direction, when `removed` go.
    package func density(under bound: Double) -> Density {
        Density(kept: compared.count - removed(under: bound).count, total: compared.count)
    }

    /// Number of pairs by angle, from 0 to 180 degrees.
    ///
    /// - Throws: `PruningError` unless a bin is 0.1 to 180 degrees wide.
    package func histogram(binWidth: Double = 5) throws -> [AngleBin] {
        guard (0.1...180).contains(binWidth) else {
            throw PruningError("bins of \(binWidth) degrees: expected 0.1 to 180")
        }
        let count = Int((180 / binWidth).rounded(.up))
        var bins = [Int](repeating: 0, count: count)
        forEachPair { i, j in bins[min(Int(angle(i, j) / binWidth), count - 1)] += 1 }
        return bins.enumerated().map { index, pairs in
            AngleBin(
                lower: Double(index) * binWidth, upper: min(Double(index + 1) * binWidth, 180),
                count: pairs)
        }
    }

    private func forEachPair(_ body: (Int, Int) -> Void) {
        for (position, i) in compared.enumerated() {
            for j in compared[(position + 1)...] { body(i, j) }
        }
    }
}
