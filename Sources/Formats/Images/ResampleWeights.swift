/// The integer weights of an antialiased triangle filter along one axis, as PIL computes them.
///
/// Output i looks at `center = (i + 0.5) * scale`; input j weighs
/// `1 - |j + 0.5 - center| / support`, with `scale = input / output` and `support = max(scale, 1)`;
/// weights sum to one and are stored with 22 fractional bits (as Pillow's `Resample.c`).
struct ResampleWeights {
    /// What the weights depend on.
    struct Key: Equatable {
        let input: Int
        let output: Int
        /// The outputs wanted, within `0..<output`.
        let wanted: Range<Int>
    }

    /// Fractional bits of a weight.
    static let precision: Int32 = 22
    let key: Key
    /// First input of each wanted output.
    private(set) var starts: [Int32] = []
    /// Where the weights of each wanted output begin; one more entry than outputs.
    private(set) var offsets: [Int32] = [0]
    /// All weights, output after output.
    private(set) var weights: [Int32] = []

    init(_ key: Key) {
        self.key = key
        let scale = Double(key.input) / Double(key.output)
        let support = max(scale, 1)
        let slope = 1 / support
        starts.reserveCapacity(key.wanted.count)
        offsets.reserveCapacity(key.wanted.count + 1)
        weights.reserveCapacity(key.wanted.count * (Int(support.rounded(.up)) * 2 + 1))
        var real: [Double] = []
        for i in key.wanted {
            let center = (Double(i) + 0.5) * scale
            let first = max(0, Int(center - support + 0.5))
            let last = max(first, min(key.input, Int(center + support + 0.5)))
            real.removeAll(keepingCapacity: true)
            for j in first..<last {
                real.append(max(0, 1 - abs((Double(j) - center + 0.5) * slope)))
            }
            append(first: first, real)
        }
    }

    /// Adds one output's weights, normalised to a sum of one and rounded.
    private mutating func append(first: Int, _ real: [Double]) {
        let sum = real.reduce(0, +)
        let scale = sum > 0 ? 1 / sum : 0
        let unit = Double(1 << Self.precision)
        starts.append(Int32(first))
        for weight in real { weights.append(Int32(0.5 + weight * scale * unit)) }
        offsets.append(Int32(weights.count))
    }

    /// The inputs that the wanted outputs look at; empty when none are wanted.
    var inputs: Range<Int> {
        guard let first = starts.first, let last = starts.last, offsets.count >= 2 else {
            return 0..<0
        }
        let taps = offsets[offsets.count - 1] - offsets[offsets.count - 2]
        return Int(first)..<Int(last + taps)
    }

    /// Plain pointers to starts, offsets and weights for the inner loops.
    @inline(__always)
    func withPointers(
        _ body: (UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Void
    ) {
        starts.withUnsafeBufferPointer { starts in
            offsets.withUnsafeBufferPointer { offsets in
                weights.withUnsafeBufferPointer { weights in
                    guard let s = starts.baseAddress, let o = offsets.baseAddress,
                        let w = weights.baseAddress
                    else { return }
                    body(s, o, w)
                }
            }
        }
    }
}
