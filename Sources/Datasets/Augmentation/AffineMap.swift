import Foundation

/// `(x, y) -> (a x + b y + c, d x + e y + f)`: a 2 x 3 matrix, in pixels.
package struct AffineMap: Sendable, Equatable {
    package var a: Double
    package var b: Double
    package var c: Double
    package var d: Double
    package var e: Double
    package var f: Double

    /// Each point stays where it is.
    package static let identity = AffineMap(a: 1, b: 0, c: 0, d: 0, e: 1, f: 0)

    /// The image of a point.
    package func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (a * x + b * y + c, d * x + e * y + f)
    }

    /// About the origin, counter-clockwise as seen on a picture whose y points down.
    static func rotation(degrees: Double, scale: Double) -> AffineMap {
        let cosine = scale * cos(degrees * Double.pi / 180)
        let sine = scale * sin(degrees * Double.pi / 180)
        return AffineMap(a: cosine, b: sine, c: 0, d: -sine, e: cosine, f: 0)
    }

    /// This map about `centre`, applied to points shifted by `shift` first.
    func about(_ centre: SIMD2<Double>, shiftedFirst shift: SIMD2<Double>) -> AffineMap {
        let from = shift - centre
        var map = self
        map.c += a * from.x + b * from.y + centre.x
        map.f += d * from.x + e * from.y + centre.y
        return map
    }

    /// This map, and then left and right exchanged in a picture of that width.
    func mirrored(width: Int) -> AffineMap {
        AffineMap(a: -a, b: -b, c: Double(width - 1) - c, d: d, e: e, f: f)
    }
}
