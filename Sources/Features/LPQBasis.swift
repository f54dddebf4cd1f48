import Foundation

/// The numbers of an LPQ window that no picture changes: cosines, sines and the whitening.
struct LPQBasis: Sendable {
    /// One bit of the code: the sign of a weighted sum of the four real or four imaginary parts.
    struct Bit: Sendable {
        /// 0 if the sum is over the real parts, 1 if over the imaginary parts.
        var part: Int
        /// The weights of the parts at the four frequencies.
        var weights: SIMD4<Float>
    }

    /// Half the window: it reaches from -radius to radius.
    let radius: Int
    /// `cos(2 pi k / size)` and `sin(2 pi k / size)` for k = 1...radius.
    let cosines: [Float]
    let sines: [Float]
    /// The eight bits, lowest first.
    let bits: [Bit]

    init(_ options: LPQ.Options) throws(FeatureError) {
        radius = options.size / 2
        let angles = (1...radius).map { 2 * Double.pi * Double($0) / Double(options.size) }
        cosines = angles.map { Float(cos($0)) }
        sines = angles.map { Float(sin($0)) }
        bits = options.decorrelate ? try Self.whitened(options) : Self.plain
    }

    /// Without whitening: Re F1, Im F1, Re F2, ... Im F4.
    static let plain: [Bit] = (0..<8).map { bit in
        var weights = SIMD4<Float>.zero
        weights[bit / 2] = 1
        return Bit(part: bit % 2, weights: weights)
    }

    /// The rows of V' in `D = W C W' = V S V'`, largest eigenvalue first (section 3.3 of the paper).
    ///
    /// C, the correlation `rho^|x - y|` of the window's pixels, is the same after turning the window
    /// by half a turn, so the real parts are uncorrelated with the imaginary parts, and D falls into
    /// two 4 x 4 blocks. The imaginary block has two double eigenvalues; as in the authors' program
    /// its rows and columns are first scaled by numbers that differ in the sixth decimal, which
    /// fixes the eigenvectors. Their signs: see `Eigenpairs`.
    private static func whitened(_ options: LPQ.Options) throws(FeatureError) -> [Bit] {
        var found: [(value: Double, bit: Bit)] = []
        for part in 0...1 {
            let block = covariance(options, part: part)
            let eigen = try Eigenpairs(block, order: 4)
            for (value, vector) in zip(eigen.values, eigen.vectors) {
                let weights = SIMD4<Float>(SIMD4<Double>(vector))
                found.append((value, Bit(part: part, weights: weights)))
            }
        }
        return found.sorted { $0.value > $1.value }.map(\.bit)
    }

    /// The covariance of the real (part 0) or imaginary (part 1) parts at the four frequencies.
    static func covariance(_ options: LPQ.Options, part: Int) -> [Double] {
        let radius = options.size / 2
        let offsets = (-radius...radius).flatMap { y in (-radius...radius).map { (x: $0, y: y) } }
        let waves = [(1, 0), (0, 1), (1, 1), (1, -1)].map { u in
            offsets.map { offset -> Double in
                let phase =
                    2 * Double.pi * Double(u.0 * offset.x + u.1 * offset.y) / Double(options.size)
                return part == 0 ? cos(phase) : -sin(phase)
            }
        }
        var block = [Double](repeating: 0, count: 16)
        for (i, from) in offsets.enumerated() {
            for (j, to) in offsets.enumerated() {
                let distance = Double(
                    (from.x - to.x) * (from.x - to.x) + (from.y - to.y) * (from.y - to.y))
                let correlation = pow(options.correlation, distance.squareRoot())
                for a in 0..<4 {
                    for b in 0..<4 { block[4 * a + b] += waves[a][i] * correlation * waves[b][j] }
                }
            }
        }
        let scale = (0..<4).map { 1 + 1e-6 * Double(7 - 2 * $0 - part) }
        for a in 0..<4 { for b in 0..<4 { block[4 * a + b] *= scale[a] * scale[b] } }
        return block
    }
}
