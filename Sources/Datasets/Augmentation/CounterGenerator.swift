/// Philox 4x64-10: random numbers as a function of a key and a counter, so no state and no order.
///
/// Block `counter` of stream `key` is four 64-bit words; every picture of every epoch reads its own
/// blocks, whichever thread asks first. Salmon, Moraes, Dror & Shaw, Parallel Random Numbers: As
/// Easy as 1, 2, 3, SC 2011. NumPy's `Philox` gives the same words.
package struct CounterGenerator: Sendable, Equatable {
    /// The two words of the key: a seed, and what the numbers are for.
    package let key: (UInt64, UInt64)

    package init(key: (UInt64, UInt64)) { self.key = key }

    package static func == (a: CounterGenerator, b: CounterGenerator) -> Bool { a.key == b.key }

    /// The four words at a counter.
    package func block(_ counter: SIMD4<UInt64>) -> SIMD4<UInt64> {
        var words = counter
        var (low, high) = key
        for round in 0..<10 {
            if round > 0 {
                low &+= 0x9E37_79B9_7F4A_7C15
                high &+= 0xBB67_AE85_84CA_A73B
            }
            let first = words[0].multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
            let second = words[2].multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
            words = SIMD4(
                second.high ^ words[1] ^ low, second.low, first.high ^ words[3] ^ high, first.low)
        }
        return words
    }

    /// A number in 0..<1 from the upper 53 bits of a word.
    package static func unit(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }
}
