/// The numbers that vary one picture once.
package struct Variation: Sendable, Hashable, Codable {
    /// Flipped left to right, first of all.
    package var flips = false
    /// Then rotated counter-clockwise about the centre.
    package var degrees = 0.0
    /// Scaled about the centre: over 1 is larger.
    package var scale = 1.0
    /// Shifted right and down, as shares of width and height.
    package var shift = SIMD2<Double>.zero
    /// Side of the box that is averaged; 1 leaves the picture sharp.
    package var blur = 1
    /// Last: `value * contrast + 255 * brightness`, kept within 0...255.
    package var contrast = 1.0
    package var brightness = 0.0

    package init() {}

    /// The picture as it is.
    package static let none = Variation()

    /// Whether pixels are taken from between other pixels.
    var warps: Bool { degrees != 0 || scale != 1 || shift != .zero }

    /// Where each pixel of the result comes from, in pixels of the picture.
    ///
    /// The inverse of flip, then rotation and scale about the centre `((w - 1) / 2, (h - 1) / 2)`,
    /// then shift by `(w, h) * shift`: the matrix of OpenCV's `getRotationMatrix2D`.
    package func source(width: Int, height: Int) -> AffineMap {
        let centre = SIMD2(Double(width - 1), Double(height - 1)) / 2
        let moved = AffineMap.rotation(degrees: -degrees, scale: 1 / scale)
        let size = SIMD2(Double(width), Double(height))
        var map = moved.about(centre, shiftedFirst: -(shift * size))
        if flips { map = map.mirrored(width: width) }
        return map
    }
}
