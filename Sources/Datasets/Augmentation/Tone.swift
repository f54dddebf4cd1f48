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
        factor = Float(variation.contrast / Double(variation.blur * variation.blur))
        shift = Float(255 * variation.brightness)
        self.gain = gain
        self.offset = offset
    }

    /// Tones one row of RGB values; `count` is a multiple of 3.
    func write(
        _ line: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        write(to: target, count: count) { UnsafeRawPointer(line + $0).loadUnaligned(as: $1) }
            each: { line[$0] }
    }

    /// Tones the sum of several rows.
    func write(
        sumOf rows: UnsafePointer<UnsafePointer<Float>>, _ number: Int,
        to target: UnsafeMutablePointer<Float>, count: Int
    ) {
        write(to: target, count: count) { i, type in
            var sum = UnsafeRawPointer(rows[0] + i).loadUnaligned(as: type)
            for row in 1..<number { sum += UnsafeRawPointer(rows[row] + i).loadUnaligned(as: type) }
            return sum
        } each: { i in
            (0..<number).reduce(0) { $0 + rows[$1][i] }
        }
    }

    @inline(__always)
    private func write(
        to target: UnsafeMutablePointer<Float>, count: Int,
        _ four: (Int, SIMD4<Float>.Type) -> SIMD4<Float>, each: (Int) -> Float
    ) {
        let type = SIMD4<Float>.self
        let out = UnsafeMutableRawPointer(target)
        var i = 0
        while i + 12 <= count {
            let a = tone(four(i, type)) * gain.vectors.0 + offset.vectors.0
            let b = tone(four(i + 4, type)) * gain.vectors.1 + offset.vectors.1
            let c = tone(four(i + 8, type)) * gain.vectors.2 + offset.vectors.2
            out.storeBytes(of: a, toByteOffset: 4 * i, as: type)
            out.storeBytes(of: b, toByteOffset: 4 * i + 16, as: type)
            out.storeBytes(of: c, toByteOffset: 4 * i + 32, as: type)
            i += 12
        }
        while i < count {
            let value = tone(SIMD4(repeating: each(i)))[0]
            target[i] = value * gain[i % 3] + offset[i % 3]
            i += 1
        }
    }

    @inline(__always)
    private func tone(_ values: SIMD4<Float>) -> SIMD4<Float> {
        let toned = values * factor + shift
        return toned.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
    }
}
