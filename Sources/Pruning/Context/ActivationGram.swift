import Foundation
import Models
import Torch

/// Products, sums and extremes of a convolution's activations, over every place of every picture.
///
/// Streamed: a batch adds its part, and the vectors themselves, which hold millions of numbers, are never kept.
/// From these alone follow the angles between the vectors after any scaling a * x + b of each.
package struct ActivationGram: Sendable {
    /// Places of all pictures: the length of each vector.
    package private(set) var count = 0.0
    /// Row-major [filters, filters]: sum of x_i x_j.
    package private(set) var products: [Double]
    package private(set) var sums: [Double]
    package private(set) var smallest: [Double]
    package private(set) var largest: [Double]
    /// -1 where a batch norm turns the output round.
    private let signs: [Double]

    package var filters: Int { sums.count }

    package init(filters: Int, signs: [Double]? = nil) {
        products = [Double](repeating: 0, count: filters * filters)
        sums = [Double](repeating: 0, count: filters)
        smallest = [Double](repeating: .infinity, count: filters)
        largest = [Double](repeating: -.infinity, count: filters)
        self.signs = signs ?? [Double](repeating: 1, count: filters)
    }

    /// Adds a batch of activations [N, filters, H, W].
    package mutating func add(_ batch: Tensor) throws {
        let rows = try batch.transposed(0, 1).contiguous().reshaped([
            filters, batch.count / max(1, filters),
        ]).to(dtype: .float64)
        let product: [Double] = try rows.matmul(rows.transposed(0, 1)).values()
        for index in products.indices { products[index] += product[index] }
        let sum: [Double] = try rows.sum(dim: 1).values()
        let most: [Double] = try rows.reduced(.maximum, over: [1], keepDim: false).values()
        let least: [Double] = try (rows * -1).reduced(.maximum, over: [1], keepDim: false).values()
        for filter in sums.indices {
            sums[filter] += sum[filter]
            largest[filter] = max(largest[filter], most[filter])
            smallest[filter] = min(smallest[filter], -least[filter])
        }
        count += Double(rows.shape[1])
    }

    /// The angles after min-max scaling to -0.5...0.5; filters that always put out the same take no part.
    ///
    /// With a = 1 / (max - min) and b = -min a - 0.5: sum (a x + b)(a' y + b') =
    /// a a' sum x y + a b' sum x + a' b sum y + n b b'.
    package func angles(_ layer: String, without zeros: Set<Int> = []) -> FilterAngles {
        let (n, total) = (filters, count)
        let scales = (0..<n).map { filter -> Double in
            let width = largest[filter] - smallest[filter]
            return width > 0 && !zeros.contains(filter) ? 1 / width : 0
        }
        let shifts = (0..<n).map { -smallest[$0] * scales[$0] - 0.5 }
        func product(_ i: Int, _ j: Int) -> Double {
            scales[i] * scales[j] * products[i * n + j] + scales[i] * shifts[j] * sums[i]
                + scales[j] * shifts[i] * sums[j] + total * shifts[i] * shifts[j]
        }
        let lengths = (0..<n).map { scales[$0] == 0 ? 0 : product($0, $0).squareRoot() }
        var cosines = [Double](repeating: 0, count: n * n)
        for i in 0..<n where lengths[i] > 0 {
            for j in 0..<n where lengths[j] > 0 {
                cosines[i * n + j] =
                    signs[i] * signs[j] * product(i, j) / (lengths[i] * lengths[j])
            }
        }
        return FilterAngles(
            layer: layer, filters: n, compared: lengths.indices.filter { lengths[$0] > 0 },
            cosines: cosines)
    }

    /// Of every convolution of a network, by its weight's name, in one pass over the pictures.
    static func all(
        _ model: Model, _ pictures: SamplePictures
    ) throws -> [String: ActivationGram] {
        let places = model.graph.activations()
        var grams: [String: ActivationGram] = [:]
        var weights: [String: [String]] = [:]
        for (weight, place) in places {
            weights[place.value, default: []].append(weight)
            let signs = try place.scale.map {
                try model.state.require($0).values(Float.self).map { $0 < 0 ? -1.0 : 1 }
            }
            grams[weight] = ActivationGram(
                filters: try model.state.require(weight).shape[0], signs: signs)
        }
        let executor = try Executor(model)
        try pictures.forEachBatch { batch, _ in
            try noGrad {
                _ = try executor.run(batch, training: false) { name, value in
                    for weight in weights[name] ?? [] { try grams[weight]?.add(value) }
                }
            }
        }
        guard grams.values.allSatisfy({ $0.count > 0 }) else {
            throw PruningError("no pictures were given to look at: at least one is needed")
        }
        return grams
    }
}
