import Models
import Torch

/// The weights of one layer as the criteria see them: host memory, pruned weights zero, all finite.
///
/// A weight that is already zero, by an earlier mask or by itself, is no candidate: it does not
/// count towards the amount, and the new mask prunes it, so that it stays zero.
package struct LayerWeights: Sendable {
    package let name: String
    package let shape: [Int]
    /// Row-major.
    package let values: [Float]
    /// How many are not zero.
    package let candidates: Int
    /// Whether rows are the parameter's columns: a product by a weight [in, out].
    package private(set) var isTransposed = false

    /// Reads a layer's weights and takes out what `existing` prunes.
    ///
    /// - Throws: `PruningError` when it is missing, not float32, or holds NaN or infinity.
    init(_ name: String, in state: StateDictionary, existing: Masks?) throws {
        guard let weight = state[name] else {
            throw PruningError(
                "no layer '\(name)' to prune among the network's \(state.names.count) tensors")
        }
        guard weight.dtype == .float32 else {
            throw PruningError("'\(name)' is \(weight.dtype): only float32 weights are pruned")
        }
        var values = try weight.values(Float.self)
        if let mask = existing?[name] {
            guard mask.shape == weight.shape else {
                throw PruningError(
                    "'\(name)' is \(weight.shape), but its existing mask is \(mask.shape)")
            }
            for index in values.indices where mask.bytes[index] == 0 { values[index] = 0 }
        }
        try self.init(name: name, shape: weight.shape, values: values)
    }

    init(name: String, shape: [Int], values: [Float]) throws {
        var candidates = 0
        var allFinite = true
        for value in values {
            candidates &+= value != 0 ? 1 : 0
            allFinite = allFinite && value.isFinite
        }
        if !allFinite, let wrong = values.firstIndex(where: { !$0.isFinite }) {
            throw PruningError(
                "'\(name)' holds \(values[wrong]) at index \(wrong) of \(values.count): a network "
                    + "whose weights are not finite cannot be pruned; take an earlier checkpoint")
        }
        self.name = name
        self.shape = shape
        self.values = values
        self.candidates = candidates
    }

    /// The matrix [in, out] as [out, in], so that a row is what gives one output.
    func transposed() throws -> LayerWeights {
        var other = try LayerWeights(
            name: name, shape: shape.reversed(),
            values: Gradients.transposed(values, rows: shape[0]))
        other.isTransposed = !isTransposed
        return other
    }

    /// Weights of a filter.
    package var filterSize: Int { shape.dropFirst().reduce(1, *) }

    /// A number for each filter from its weights; nil for one of zeros, which takes no part.
    package func forEachFilter(_ score: (UnsafeBufferPointer<Float>) -> Double?) -> [Double?] {
        let size = filterSize
        return values.withUnsafeBufferPointer { values in
            (0..<(shape.first ?? 0)).map { filter in
                let own = UnsafeBufferPointer(
                    rebasing: values[(filter * size)..<((filter + 1) * size)])
                return own.allSatisfy { $0 == 0 } ? nil : score(own)
            }
        }
    }

    /// Row-major [filters, filters]: the products of every two filters' weights, in float64.
    package func filterProducts() throws -> [Double] {
        let rows = try Tensor(values, [shape.first ?? 0, filterSize]).to(dtype: .float64)
        return try rows.matmul(rows.transposed(0, 1)).values()
    }

    /// Filters without a weight that is not zero, ascending.
    package var zeroFilters: [Int] {
        let size = filterSize
        return values.withUnsafeBufferPointer { values in
            (0..<(shape.first ?? 0)).filter { filter in
                values[(filter * size)..<((filter + 1) * size)].allSatisfy { $0 == 0 }
            }
        }
    }
}
