/// A small generator of random numbers (Steele, Lea & Flood 2014, Fast splittable pseudorandom number
/// generators): the same numbers on every machine, whatever the standard library does.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

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

    /// 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

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

    /// The values in a uniformly random order (Fisher & Yates, front to back).
    ///
    /// Written here so that a seed means the same order with every version of the standard library.
    package mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for first in values.indices.dropLast() {
            let other = first + Int(next(below: UInt64(values.count - first)))
            values.swapAt(first, other)
        }
        return values
    }

    /// FNV-1a over the name's UTF-8 bytes (Fowler, Noll & Vo; RFC 9923).
    static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
