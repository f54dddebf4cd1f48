/// A small generator of random numbers (Steele, Lea & Flood 2014, Fast splittable pseudorandom number
/// generators): the same numbers on every machine, whatever the standard library does.
///
/// Its whole state is one number. Draws, orders and streams are part of what a seed means: what was
/// recorded with a seed comes out again only while they stay as they are.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// A generator for one named part of something seeded: `SplitMix64(seed).next() ^ FNV-1a(name)`.
    ///
    /// A layer's draws thus do not depend on which other layers are drawn for, nor on their order.
    package init(seed: UInt64, name: String) {
        var first = SplitMix64(seed: seed)
        state = first.next() ^ Self.hash(name)
    }

    /// A generator for one numbered use of a seed; stream 0 is not the stream of the seed alone.
    package init(seed: UInt64, stream: UInt64) {
        state = Self.mixed(seed &+ Self.mixed(stream &+ 0x9E37_79B9_7F4A_7C15))
    }

    /// 64 random bits. The steps do not wait for one another, which keeps draws off the critical path.
    @inlinable
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    @inlinable
    static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// FNV-1a over the name's UTF-8 bytes (Fowler, Noll & Vo; RFC 9923).
    static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

extension SplitMix64 {
    /// A number in 0..<bound, each equally likely (Lemire 2019, Fast random integer generation in an
    /// interval); 0 when `bound` is 0.
    package mutating func next(below bound: UInt64) -> UInt64 {
        guard bound > 0 else { return 0 }
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let unfair = (0 &- bound) % bound
            while product.low < unfair { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// An index in 0..<count, which must be above 0, drawn as `next(below:)` draws.
    package mutating func index(below count: Int) -> Int {
        precondition(count > 0, "nothing to draw from")
        return Int(next(below: UInt64(count)))
    }

    /// A number uniform on [0, 1), in steps of 2^-24.
    @inlinable
    package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }
}

// Three orders, for three recorded kinds of results: epochs and trainings of networks (front to back), splits
// of pictures (back to front), the feature table (packed). Each is uniformly random; none may change.
extension SplitMix64 {
    /// The values in a uniformly random order (Fisher & Yates, front to back).
    package mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for first in values.indices.dropLast() {
            values.swapAt(first, first + index(below: values.count - first))
        }
        return values
    }

    /// The values in a uniformly random order (Fisher & Yates, back to front).
    package mutating func shuffledFromBack<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, index(below: last + 1))
        }
        return values
    }

    /// Puts numbers into a random order (Fisher & Yates, back to front), two draws to each 64 bits.
    ///
    /// A draw below n is the high half of a 32-bit product, so it is biased by less than n / 2^32.
    @inlinable
    package mutating func shufflePacked(_ items: UnsafeMutableBufferPointer<UInt32>) {
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
    @inlinable @inline(__always)
    static func exchange(_ items: UnsafeMutablePointer<UInt32>, _ last: Int, _ bits: UInt64) {
        let drawn = Int((bits &* UInt64(last &+ 1)) >> 32)
        let held = items[last]
        items[last] = items[drawn]
        items[drawn] = held
    }
}
