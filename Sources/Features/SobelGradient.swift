/// The 3x3 Sobel gradient of a plane (unnormalised; the border pixels are repeated outwards).
struct SobelGradient: Sendable {
    let width: Int
    let height: Int
    /// Derivative to the right.
    private(set) var horizontal: [Float]
    /// Derivative downwards.
    private(set) var vertical: [Float]
    /// Length of the gradient.
    private(set) var magnitude: [Float]

    init(_ plane: GreyPlane) {
        width = plane.width
        height = plane.height
        horizontal = [Float](repeating: 0, count: width * height)
        vertical = horizontal
        magnitude = horizontal
        plane.values.withUnsafeBufferPointer { source in
            for y in 0..<height { fill(row: y, source) }
        }
    }

    private mutating func fill(row y: Int, _ source: UnsafeBufferPointer<Float>) {
        let above = max(y - 1, 0) * width
        let here = y * width
        let below = min(y + 1, height - 1) * width
        horizontal.withUnsafeMutableBufferPointer { horizontal in
            vertical.withUnsafeMutableBufferPointer { vertical in
                magnitude.withUnsafeMutableBufferPointer { magnitude in
                    for x in 0..<width {
                        let (l, r) = (max(x - 1, 0), min(x + 1, width - 1))
                        let (a, b, c) = (source[above + l], source[above + x], source[above + r])
                        let (d, f) = (source[here + l], source[here + r])
                        let (g, h, i) = (source[below + l], source[below + x], source[below + r])
                        let gx = (c - a) + 2 * (f - d) + (i - g)
                        let gy = (g - a) + 2 * (h - b) + (i - c)
                        horizontal[here + x] = gx
                        vertical[here + x] = gy
                        magnitude[here + x] = (gx * gx + gy * gy).squareRoot()
                    }
                }
            }
        }
    }
}
