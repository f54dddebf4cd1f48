/// Three numbers, one a channel, repeated to twelve: three vectors that RGB pixels line up with.
struct Triple: Sendable {
    let vectors: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)

    init(_ rgb: [Float]) {
        let (r, g, b) = (rgb[0], rgb[1], rgb[2])
        vectors = (SIMD4(r, g, b, r), SIMD4(g, b, r, g), SIMD4(b, r, g, b))
    }

    subscript(channel: Int) -> Float { vectors.0[channel] }
}

/// Brightness, contrast and normalisation in one step.
///
/// `clamp(sum * factor + shift, 0, 255) * gain + offset`; the factor is the contrast, divided by
/// the number of values in the sum.
struct Tone {
    private let factor: Float
    private let shift: Float
    private let gain: Triple
    private let offset: Triple

    init(_ variation: Variation, gain: Triple, offset: Triple) {
        (factor, shift) = Self.numbers(variation)
        self.gain = gain
        self.offset = offset
    }

    static func numbers(_ variation: Variation) -> (factor: Float, shift: Float) {
        (
            Float(variation.contrast / Double(variation.blur * variation.blur)),
            Float(255 * variation.brightness)
        )
    }

    /// Tones one row of RGB values; `count` is a multiple of 3.
    func write(
        _ line: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        let (gains, offsets) = (gain.vectors, offset.vectors)
        let (values, out) = (UnsafeRawPointer(line), UnsafeMutableRawPointer(target))
        let whole = count / 12 * 12
        for i in stride(from: 0, to: whole * 4, by: 48) {
            let a = tone(values.loadUnaligned(fromByteOffset: i, as: SIMD4<Float>.self))
            let b = tone(values.loadUnaligned(fromByteOffset: i + 16, as: SIMD4<Float>.self))
            let c = tone(values.loadUnaligned(fromByteOffset: i + 32, as: SIMD4<Float>.self))
            out.storeBytes(of: a * gains.0 + offsets.0, toByteOffset: i, as: SIMD4<Float>.self)
            out.storeBytes(of: b * gains.1 + offsets.1, toByteOffset: i + 16, as: SIMD4<Float>.self)
            out.storeBytes(of: c * gains.2 + offsets.2, toByteOffset: i + 32, as: SIMD4<Float>.self)
        }
        for i in whole..<count {
            target[i] = tone(SIMD4(repeating: line[i]))[0] * gain[i % 3] + offset[i % 3]
        }
    }

    /// `replacing` rather than `clamped`: the latter compiles to branches.
    @inline(__always)
    private func tone(_ values: SIMD4<Float>) -> SIMD4<Float> {
        let toned = values * factor + shift
        let low = toned.replacing(with: 0, where: toned .< 0)
        return low.replacing(with: 255, where: low .> 255)
    }
}
