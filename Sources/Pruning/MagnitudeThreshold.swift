/// Where the smallest `count` magnitudes end: everything below `magnitude` goes, and `ties` of
/// those equal.
///
/// Found by counting, as a radix sort does, without sorting: three passes over the weights, each of
/// which fixes 11, 10 and 10 more of the 31 bits of the magnitude. O(n) for any values, with no
/// order to spoil it.
struct MagnitudeThreshold {
    /// Bits of an absolute value.
    let magnitude: UInt32
    /// How many weights of exactly this magnitude go, the first ones.
    private(set) var ties: Int

    /// The threshold under the `count` smallest candidates of all the layers together.
    ///
    /// `count` is at most their number; zeros are no candidates.
    init(smallest count: Int, of layers: [LayerWeights]) {
        var prefix: UInt32 = 0
        var remaining = count
        if count > 0 {
            for (shift, bits) in [(20, 11), (10, 10), (0, 10)] as [(UInt32, UInt32)] {
                var bins = [Int](repeating: 0, count: 1 << Int(bits))
                for layer in layers {
                    Self.count(layer.values, prefix, shift: shift, bits: bits, into: &bins)
                }
                var bin = 0
                while bin < bins.count - 1, bins[bin] < remaining {
                    remaining -= bins[bin]
                    bin += 1
                }
                prefix |= UInt32(bin) << shift
            }
        }
        magnitude = prefix
        ties = remaining
    }

    /// Counts the candidates that begin with `prefix` by their next `bits` bits.
    private static func count(
        _ values: [Float], _ prefix: UInt32, shift: UInt32, bits: UInt32, into bins: inout [Int]
    ) {
        let known = shift + bits
        let mask = (UInt32(1) << bits) - 1
        let wanted = prefix >> known
        values.withUnsafeBufferPointer { values in
            bins.withUnsafeMutableBufferPointer { bins in
                for value in values {
                    let magnitude = LayerWeights.magnitude(value)
                    guard magnitude != 0, magnitude >> known == wanted else { continue }
                    bins[Int((magnitude >> shift) & mask)] += 1
                }
            }
        }
    }

    /// The layer's mask: zeros, smaller magnitudes, and the first ties that are still due are
    /// pruned.
    mutating func mask(_ layer: LayerWeights) throws -> LayerMask {
        var due = ties
        let bytes = layer.values.map { value -> UInt8 in
            let found = LayerWeights.magnitude(value)
            if found > magnitude { return 1 }
            guard found == magnitude, found != 0 else { return 0 }
            if due == 0 { return 1 }
            due -= 1
            return 0
        }
        ties = due
        return try LayerMask(name: layer.name, shape: layer.shape, bytes: bytes)
    }
}
