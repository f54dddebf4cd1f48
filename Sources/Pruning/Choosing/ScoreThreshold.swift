/// Where the smallest `count` scores end: everything below `key` goes, and `ties` of those equal.
///
/// Found by counting, as a radix sort does, without sorting: three passes over the weights, each of
/// which fixes 11, 10 and 10 more of the 31 bits of a score's magnitude. O(n) for any values, with no
/// order to spoil it.
struct ScoreThreshold {
    /// One layer's scores; weights that are zero are no candidates.
    struct Layer {
        let weights: LayerWeights
        /// As many as weights.
        let scores: [Float]

        init(_ weights: LayerWeights, _ scores: [Float]) {
            (self.weights, self.scores) = (weights, scores)
        }
    }

    let key: UInt32
    /// How many candidates of exactly this key go, the first ones.
    private(set) var ties: Int

    /// 0 for what is no candidate; for finite floats the bits without the sign sort as the magnitudes do.
    @inline(__always)
    private static func key(_ score: Float, _ weight: Float) -> UInt32 {
        weight == 0 ? 0 : (score.bitPattern & 0x7fff_ffff) + 1
    }

    /// The threshold under the `count` smallest candidates of all the layers together.
    ///
    /// `count` is at most their number.
    init(smallest count: Int, of layers: [Layer]) {
        var prefix: UInt32 = 0
        var remaining = count
        if count > 0 {
            for (shift, bits) in [(20, 11), (10, 10), (0, 10)] as [(UInt32, UInt32)] {
                var bins = [Int](repeating: 0, count: 1 << Int(bits))
                for layer in layers {
                    Self.count(layer, prefix, shift: shift, bits: bits, into: &bins)
                }
                var bin = 0
                while bin < bins.count - 1, bins[bin] < remaining {
                    remaining -= bins[bin]
                    bin += 1
                }
                prefix |= UInt32(bin) << shift
            }
        }
        key = prefix
        ties = remaining
    }

    /// Counts the candidates that begin with `prefix` by their next `bits` bits.
    private static func count(
        _ layer: Layer, _ prefix: UInt32, shift: UInt32, bits: UInt32, into bins: inout [Int]
    ) {
        let known = shift + bits
        let mask = (UInt32(1) << bits) - 1
        let wanted = prefix >> known
        layer.scores.withUnsafeBufferPointer { scores in
            layer.weights.values.withUnsafeBufferPointer { weights in
                bins.withUnsafeMutableBufferPointer { bins in
                    for index in weights.indices {
                        let key = key(scores[index], weights[index])
                        guard key != 0, key >> known == wanted else { continue }
                        bins[Int((key >> shift) & mask)] += 1
                    }
                }
            }
        }
    }

    /// The layer's mask: zeros, smaller scores, and the first ties that are still due are pruned.
    mutating func mask(_ layer: Layer) throws -> LayerMask {
        var due = ties
        let limit = key
        let count = layer.scores.count
        let bytes = layer.scores.withUnsafeBufferPointer { scores in
            layer.weights.values.withUnsafeBufferPointer { weights in
                [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
                    for index in 0..<count {
                        let found = Self.key(scores[index], weights[index])
                        var isKept = found > limit
                        if found == limit, found != 0 {
                            isKept = due == 0
                            if due > 0 { due -= 1 }
                        }
                        bytes[index] = isKept ? 1 : 0
                    }
                    filled = count
                }
            }
        }
        ties = due
        return try LayerMask(
            name: layer.weights.name, shape: layer.weights.shape, bytes: bytes)
    }
}
