/// The rows of a flipped, shifted, scaled and rotated picture: RGB values 0...255, bilinear.
///
/// Source coordinates are followed in 32.32 fixed point, which adds up along a row without error;
/// pixels beyond the border are those of the mirrored picture.
struct SampledRows {
    private let source: UnsafePointer<UInt8>
    private let width: Int
    private let height: Int
    private let warps: Bool
    private let flips: Bool
    private let map: AffineMap

    /// - Parameter source: `height * width * 3` bytes, which must outlive this value.
    init(
        _ source: UnsafeBufferPointer<UInt8>, width: Int, height: Int, _ variation: Variation
    ) {
        precondition(source.count == width * height * 3, "not a picture of that size")
        guard let base = source.baseAddress else { preconditionFailure("an empty picture") }
        self.source = base
        self.width = width
        self.height = height
        warps = variation.warps
        flips = variation.flips
        map = variation.source(width: width, height: height)
    }

    /// Writes row y: `3 * width` values, and possibly one more.
    func write(_ y: Int, to line: UnsafeMutablePointer<Float>) {
        if warps {
            warp(y, to: line)
        } else if flips {
            let row = source + y * width * 3
            for x in 0..<width {
                let pixel = row + 3 * (width - 1 - x)
                for c in 0..<3 { line[3 * x + c] = Float(pixel[c]) }
            }
        } else {
            let row = source + y * width * 3
            for i in 0..<(width * 3) { line[i] = Float(row[i]) }
        }
    }

    private func warp(_ y: Int, to line: UnsafeMutablePointer<Float>) {
        let start = map(0, Double(y))
        var (u, v) = (Self.fixed(start.x), Self.fixed(start.y))
        let (du, dv) = (Self.fixed(map.a), Self.fixed(map.d))
        let (lastX, lastY) = (UInt(bitPattern: width - 2), UInt(bitPattern: height - 1))
        for x in 0..<width {
            let (x0, y0) = (Int(truncatingIfNeeded: u >> 32), Int(truncatingIfNeeded: v >> 32))
            let pixel: SIMD4<Float>
            // One column is left out so that eight bytes may be read where six are needed.
            if width > 2, UInt(bitPattern: x0) < lastX, UInt(bitPattern: y0) < lastY {
                pixel = inside(x0, y0, Self.fraction(u), Self.fraction(v))
            } else {
                pixel = mirrored(x0, y0, Self.fraction(u), Self.fraction(v))
            }
            UnsafeMutableRawPointer(line + 3 * x).storeBytes(of: pixel, as: SIMD4<Float>.self)
            u &+= du
            v &+= dv
        }
    }

    /// Between four pixels of the picture; reads eight bytes of both rows where six are needed.
    @inline(__always)
    private func inside(_ x: Int, _ y: Int, _ right: Float, _ down: Float) -> SIMD4<Float> {
        let above = UnsafeRawPointer(source + (y &* width &+ x) &* 3)
        let top = SIMD8<Float>(above.loadUnaligned(as: SIMD8<UInt8>.self))
        let bottom = SIMD8<Float>((above + 3 * width).loadUnaligned(as: SIMD8<UInt8>.self))
        let both = top + (bottom - top) * down
        let (left, next) = (both.lowHalf, SIMD4(both[3], both[4], both[5], both[6]))
        return left + (next - left) * right
    }

    /// Between four pixels, any of which may lie beyond the border.
    private func mirrored(_ x: Int, _ y: Int, _ right: Float, _ down: Float) -> SIMD4<Float> {
        let (left, next) = (reflected(x, width), reflected(x + 1, width))
        let (above, below) = (reflected(y, height), reflected(y + 1, height))
        let (a, b) = (pixel(left, above), pixel(next, above))
        let (c, d) = (pixel(left, below), pixel(next, below))
        let (first, second) = (a + (c - a) * down, b + (d - b) * down)
        return first + (second - first) * right
    }

    @inline(__always)
    private func pixel(_ x: Int, _ y: Int) -> SIMD4<Float> {
        let rgb = source + (y &* width &+ x) &* 3
        return SIMD4(Float(rgb[0]), Float(rgb[1]), Float(rgb[2]), 0)
    }

    /// 32.32 fixed point; coordinates are far below 2^30 within a checked policy's limits and the
    /// sizes an `Augmenter` accepts.
    private static func fixed(_ value: Double) -> Int64 {
        precondition(value.magnitude < 0x1p30, "a variation beyond the limits of any policy")
        return Int64((value * 0x1p32).rounded())
    }

    /// The part after the point, to 24 bits.
    @inline(__always)
    private static func fraction(_ value: Int64) -> Float {
        Float(Int32(truncatingIfNeeded: (value >> 8) & 0xFF_FFFF)) * 0x1p-24
    }
}
