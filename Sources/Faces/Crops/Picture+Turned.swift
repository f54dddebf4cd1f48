import Formats
import Foundation

extension Picture {
    /// The square of `side` pixels about `centre`, turned by `angle` (radians, clockwise on screen),
    /// as `size` x `size` pixels.
    ///
    /// Output pixel (i, j) is the mean of n x n bilinear samples, n = side / size rounded, at least 1: sharp
    /// where the crop enlarges, free of aliasing where it shrinks. Outside the picture its edge is repeated.
    func turned(centre: SIMD2<Double>, side: Double, angle: Double, size: Int) -> Picture {
        let samples = max(1, Int(min((side / Double(size)).rounded(), 64)))
        let step = side / Double(size * samples)
        let right = SIMD2(cos(angle), sin(angle)) * step
        let down = SIMD2(-sin(angle), cos(angle)) * step
        let half = Double(size * samples) / 2
        // Pixel (x, y) covers x ..< x + 1, so its value stands at x + 0.5.
        let corner = centre - right * (half - 0.5) - down * (half - 0.5) - 0.5
        let out = [UInt8](unsafeUninitializedCapacity: size * size * channels) { out, filled in
            pixels.withUnsafeBufferPointer { pixels in
                for index in 0..<size * size {
                    let (i, j) = (index % size * samples, index / size * samples)
                    let start = corner + right * Double(i) + down * Double(j)
                    let sum = sampled(pixels, start, right, down, samples)
                    let mean = sum / Float(samples * samples)
                    for c in 0..<channels { out[index * channels + c] = UInt8(mean[c] + 0.5) }
                }
            }
            filled = size * size * channels
        }
        return Picture(width: size, height: size, channels: channels, pixels: out)
    }

    /// The sum of `count` x `count` bilinear samples from `start`.
    private func sampled(
        _ pixels: UnsafeBufferPointer<UInt8>, _ start: SIMD2<Double>, _ right: SIMD2<Double>,
        _ down: SIMD2<Double>, _ count: Int
    ) -> SIMD4<Float> {
        var sum = SIMD4<Float>()
        for row in 0..<count {
            for column in 0..<count {
                sum += bilinear(pixels, start + right * Double(column) + down * Double(row))
            }
        }
        return sum
    }

    /// Between the four pixels about a point; whole numbers are pixels, outside the edge is repeated.
    private func bilinear(
        _ pixels: UnsafeBufferPointer<UInt8>, _ point: SIMD2<Double>
    ) -> SIMD4<Float> {
        let x = min(max(point.x, 0), Double(width - 1))
        let y = min(max(point.y, 0), Double(height - 1))
        let (left, top) = (Int(x), Int(y))
        let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
        let (fx, fy) = (Float(x) - Float(left), Float(y) - Float(top))
        func pixel(_ x: Int, _ y: Int) -> SIMD4<Float> {
            let at = (y * width + x) * channels
            guard channels == 3 else { return SIMD4(repeating: Float(pixels[at])) }
            return SIMD4(Float(pixels[at]), Float(pixels[at + 1]), Float(pixels[at + 2]), 0)
        }
        let upper = pixel(left, top) * (1 - fx) + pixel(right, top) * fx
        let lower = pixel(left, bottom) * (1 - fx) + pixel(right, bottom) * fx
        return upper * (1 - fy) + lower * fy
    }
}
