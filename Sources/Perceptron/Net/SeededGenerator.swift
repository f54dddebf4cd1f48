/// A small random generator whose whole state is one number, so that equal seeds give equal runs.
///
/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): a Weyl sequence put through a 64-bit mixer. The
/// steps do not wait for one another, which keeps shuffling off the critical path of training.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator for `seed`; `stream` separates independent uses of the same seed.
    package init(seed: UInt64, stream: UInt64 = 0) {
        state = Self.mixed(seed &+ Self.mixed(stream &+ 0x9E37_79B9_7F4A_7C15))
    }

    /// Sixty-four fresh bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number uniform on [0, 1), in steps of 2^-24.
    package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// Puts `items` into a random order (Fisher & Yates), two draws to each 64 random bits.
    ///
    /// A draw below n is the high half of a 32-bit product, so it is biased by less than n / 2^32.
    package mutating func shuffle(_ items: UnsafeMutableBufferPointer<UInt32>) {
        guard let base = items.baseAddress else { return }
        var last = items.count &- 1
        while last > 0 {
            let bits = next()
            Self.exchange(base, last, bits & 0xFFFF_FFFF)
            if last > 1 { Self.exchange(base, last &- 1, bits >> 32) }
            last &-= 2
        }
    }

    /// Swaps the item at `last` with one drawn from the items up to and including it.
    @inline(always)
    private static func exchange(
        _ items: UnsafeMutablePointer<UInt32>, _ last: Int, _ bits: UInt64
    ) {
        let drawn = Int((bits &* UInt64(last &+ 1)) >> 32)
        let held = items[last]
        items[last] = items[drawn]
        items[drawn] = held
    }

    @inline(always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
