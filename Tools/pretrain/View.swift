import Core
import Foundation

/// Which part of a picture is shown, and in what light. Left, top and side in picture widths.
struct View: Sendable {
    var left: Float = 0
    var top: Float = 0
    var side: Float = 1
    var isFlipped = false
    /// Factors of red, green and blue.
    var gain: [Float] = [1, 1, 1]
    var contrast: Float = 1
    /// 1 keeps the colours, 0 leaves grey.
    var saturation: Float = 1

    static let whole = View()
    static let mean: [Float] = [0.485, 0.456, 0.406]
    static let deviation: [Float] = [0.229, 0.224, 0.225]

    init() {}

    /// A part of 72% to 100%, flipped half the time, in another light.
    init(_ random: inout SplitMix64) {
        func uniform(_ low: Float, _ high: Float) -> Float {
            low + (high - low) * Float(random.next() >> 40) * 0x1p-24
        }
        side = uniform(0.72, 1)
        left = uniform(0, 1 - side)
        top = uniform(0, 1 - side)
        isFlipped = uniform(0, 1) < 0.5
        let bright = exp(uniform(-0.35, 0.35))
        gain = (0..<3).map { _ in bright * exp(uniform(-0.12, 0.12)) }
        contrast = uniform(0.75, 1.25)
        saturation = uniform(0, 1) < 0.05 ? 0 : uniform(0.6, 1.3)
    }

    /// The picture as the network takes it: `size` x `size`, red, green and blue planes, ImageNet's mean
    /// and deviation. Each pixel is the mean of four samples, so that fine grain does not alias.
    func render(_ pixels: Data, picture: Int, size: Int, into out: UnsafeMutablePointer<Float>) {
        pixels.withUnsafeBytes { raw in
            let source = raw.bindMemory(to: UInt8.self)
            let step = side * Float(picture) / Float(size)
            for y in 0..<size {
                for x in 0..<size {
                    var sum: (Float, Float, Float) = (0, 0, 0)
                    let across = isFlipped ? size - 1 - x : x
                    for part in 0..<4 {
                        let u =
                            left * Float(picture)
                            + (Float(across) + 0.25 + 0.5 * Float(part & 1)) * step - 0.5
                        let v =
                            top * Float(picture)
                            + (Float(y) + 0.25 + 0.5 * Float(part >> 1)) * step - 0.5
                        Self.sample(source, picture, u, v, &sum)
                    }
                    write(sum, at: y * size + x, plane: size * size, out)
                }
            }
        }
    }

    /// Adds a quarter of a bilinear sample, 0..1.
    @inline(__always)
    private static func sample(
        _ source: UnsafeBufferPointer<UInt8>, _ side: Int, _ u: Float, _ v: Float,
        _ sum: inout (Float, Float, Float)
    ) {
        let (x, y) = (min(max(u, 0), Float(side - 1)), min(max(v, 0), Float(side - 1)))
        let (i, j) = (min(Int(x), side - 2), min(Int(y), side - 2))
        let (a, b) = (x - Float(i), y - Float(j))
        let at = (j * side + i) * 3
        @inline(__always) func mixed(_ c: Int) -> Float {
            let top = (1 - a) * Float(source[at + c]) + a * Float(source[at + 3 + c])
            let below = at + side * 3 + c
            let low = (1 - a) * Float(source[below]) + a * Float(source[below + 3])
            return ((1 - b) * top + b * low) * (0.25 / 255)
        }
        sum.0 += mixed(0)
        sum.1 += mixed(1)
        sum.2 += mixed(2)
    }

    @inline(__always)
    private func write(
        _ rgb: (Float, Float, Float), at: Int, plane: Int, _ out: UnsafeMutablePointer<Float>
    ) {
        let grey = 0.299 * rgb.0 + 0.587 * rgb.1 + 0.114 * rgb.2
        @inline(__always) func finished(_ value: Float, _ c: Int) -> Float {
            let coloured = (grey + (value - grey) * saturation) * gain[c]
            let toned = min(max(0.5 + (coloured - 0.5) * contrast, 0), 1)
            return (toned - Self.mean[c]) / Self.deviation[c]
        }
        out[at] = finished(rgb.0, 0)
        out[plane + at] = finished(rgb.1, 1)
        out[2 * plane + at] = finished(rgb.2, 2)
    }
}
