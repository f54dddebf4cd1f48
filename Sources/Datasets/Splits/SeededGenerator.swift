/// The generator behind every split: SplitMix64 (Steele, Lea & Flood 2014).
///
/// `state += 0x9E3779B97F4A7C15`; the output is the state mixed by two multiplications and three
/// shifts. Bounded draws and shuffles are written here, so that a seed means the same split with
/// every version of the standard library.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A uniform integer in `0..<bound` (Lemire 2019: the high half of a product, rejecting bias).
    package mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "nothing to draw from")
        let range = UInt64(bound)
        let threshold = (0 &- range) % range
        while true {
            let product = next().multipliedFullWidth(by: range)
            if product.low >= threshold { return Int(product.high) }
        }
    }

    /// The values in a uniformly random order (Fisher-Yates).
    package mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var values = values
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, below(last + 1))
        }
        return values
    }
}
