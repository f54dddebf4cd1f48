import Models
import Torch

/// Pruned weights of one layer that are not zero, though they must be.
package struct MaskViolation: Sendable, Equatable, CustomStringConvertible {
    package let name: String
    package let count: Int
    /// Row-major index of the first.
    package let first: Int

    package var description: String {
        "\(name): \(count) pruned weight\(count == 1 ? " is" : "s are") not zero (first: \(first))"
    }
}

extension Masks {
    /// Sets every pruned weight to +0, in place; kept weights keep their bits.
    ///
    /// Not a product: -1 * 0 is -0, and NaN * 0 is NaN.
    /// - Throws: `PruningError`, before anything is changed, when a parameter is missing or does
    ///   not fit.
    package func apply(to state: StateDictionary) throws {
        let weights = try layers.map { try $0.weight(in: state) }
        for (layer, weight) in zip(layers, weights) {
            if weight.device == .cpu, weight.isContiguous {
                try weight.withMemory(of: Float.self) { layer.zero($0) }
            } else {
                var values = try weight.values(Float.self)
                values.withUnsafeMutableBufferPointer { layer.zero($0) }
                try weight.copy_(Tensor(values, layer.shape))
            }
        }
    }

    /// The layers whose pruned weights are not exactly +0: none, in a network that keeps its masks.
    ///
    /// - Throws: `PruningError` when a parameter is missing or does not fit.
    package func violations(in state: StateDictionary) throws -> [MaskViolation] {
        try layers.compactMap { layer in
            let weight = try layer.weight(in: state)
            if weight.device == .cpu, weight.isContiguous {
                return try weight.withMemory(of: Float.self) { layer.violation(.init($0)) }
            }
            return try weight.values(Float.self).withUnsafeBufferPointer { layer.violation($0) }
        }
    }

    /// In each masked convolution or linear layer, how many weights these masks take away of those
    /// that are not zero and that `existing` keeps. Given as `counts`, another method prunes the
    /// same number.
    package func removals(
        from state: StateDictionary, existing: Masks? = nil
    ) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for layer in layers where layer.role != .channel {
            let weights = try LayerWeights(layer.name, in: state, existing: existing)
            counts[layer.name] = zip(layer.bytes, weights.values).count { $0 == 0 && $1 != 0 }
        }
        return counts
    }
}

extension LayerMask {
    /// The parameter that the mask is for.
    ///
    /// - Throws: `PruningError` when it is missing, of another shape, or not float32.
    func weight(in state: StateDictionary) throws -> Tensor {
        guard let weight = state[name] else {
            throw PruningError("the masks name '\(name)', which the network does not have")
        }
        guard weight.shape == shape, weight.dtype == .float32 else {
            throw PruningError(
                "'\(name)' is \(weight.dtype) \(weight.shape), but its mask is for float32 \(shape)"
            )
        }
        return weight
    }

    fileprivate func zero(_ weights: UnsafeMutableBufferPointer<Float>) {
        bytes.withUnsafeBufferPointer { bytes in
            for index in bytes.indices where bytes[index] == 0 { weights[index] = 0 }
        }
    }

    fileprivate func violation(_ weights: UnsafeBufferPointer<Float>) -> MaskViolation? {
        let count = bytes.withUnsafeBufferPointer { bytes in
            var count = 0
            for index in bytes.indices {
                count &+= bytes[index] == 0 && weights[index].bitPattern != 0 ? 1 : 0
            }
            return count
        }
        guard count > 0 else { return nil }
        let first = bytes.indices.first { bytes[$0] == 0 && weights[$0].bitPattern != 0 }
        return MaskViolation(name: name, count: count, first: first ?? 0)
    }
}
