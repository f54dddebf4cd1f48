import Formats
import Foundation

/// A small description of a picture that changes little when the picture is re-encoded, resized,
/// brightened, blurred or moved by a few per cent.
///
/// - `hash`: 64-bit pHash (Zauner 2010): grey at 32 x 32, two-dimensional DCT-II, the 8 x 8 lowest
///   frequencies; a bit is set where the coefficient is above the median of the 63 without the
///   mean.
/// - `mirrored`: the hash of the mirrored picture; mirroring negates the odd horizontal
///   frequencies.
/// - `thumbnail`: grey at 16 x 16, less its mean, at length one: dot products are correlations.
package struct PicturePrint: Sendable, Equatable {
    package let hash: UInt64
    package let mirrored: UInt64
    /// 256 values, rows from the top; all zero for a flat picture.
    package let thumbnail: [Float]
    /// Mean grey, 0...255.
    package let mean: Float
    /// Whether there is no picture to speak of: grey varies by less than one level.
    package var isFlat: Bool { thumbnail[0].isZero && thumbnail.allSatisfy(\.isZero) }

    package init(_ picture: Picture, resizer: Resizer = Resizer()) {
        let grey = Self.grey(picture, resizer)
        let frequencies = DCT.lowest(grey)
        hash = Self.bits(frequencies, mirrored: false)
        mirrored = Self.bits(frequencies, mirrored: true)
        (thumbnail, mean) = Self.thumbnail(grey)
    }

    /// Correlation of both thumbnails, the second as it is or mirrored, whichever is more.
    package func correlation(with other: PicturePrint) -> Float {
        min(
            1,
            max(
                NearDuplicates.dot(thumbnail, other.thumbnail, mirrored: false),
                NearDuplicates.dot(thumbnail, other.thumbnail, mirrored: true)))
    }

    /// Whether both hashes, or that of one mirrored, differ in at most so many bits.
    package func isNear(_ other: PicturePrint, bits: Int) -> Bool {
        (hash ^ other.hash).nonzeroBitCount <= bits
            || (mirrored ^ other.hash).nonzeroBitCount <= bits
    }

    /// The picture as 32 x 32 grey values.
    static func grey(_ picture: Picture, _ resizer: Resizer) -> [UInt8] {
        let count = DCT.side * DCT.side * picture.channels
        let small = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if let base = buffer.baseAddress {
                resizer.resize(picture, width: DCT.side, height: DCT.side, into: base)
            }
            filled = count
        }
        return Picture(
            width: DCT.side, height: DCT.side, channels: picture.channels, pixels: small
        ).grey().pixels
    }

    private static func bits(_ frequencies: [Float], mirrored: Bool) -> UInt64 {
        var values = frequencies
        if mirrored { for i in stride(from: 1, to: 64, by: 2) { values[i].negate() } }
        let median = values.dropFirst().sorted()[31]
        return values.indices.reduce(0) { $0 | (values[$1] > median ? 1 << UInt64($1) : 0) }
    }

    private static func thumbnail(_ grey: [UInt8]) -> (values: [Float], mean: Float) {
        var values = [Float](repeating: 0, count: 256)
        for y in 0..<32 {
            for x in 0..<32 { values[y / 2 * 16 + x / 2] += Float(grey[y * 32 + x]) / 4 }
        }
        let mean = values.reduce(0, +) / 256
        for i in values.indices { values[i] -= mean }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // 16 is a deviation of one grey level over 256 values.
        guard length >= 16 else { return ([Float](repeating: 0, count: 256), mean) }
        for i in values.indices { values[i] /= length }
        return (values, mean)
    }
}

/// The lowest frequencies of a 32 x 32 picture.
enum DCT {
    static let side = 32

    /// `basis[u][x] = scale(u) cos(pi (2x + 1) u / 64)`, orthonormal DCT-II, for u below 8.
    private static let basis: [[Float]] = (0..<8).map { u in
        (0..<side).map { x in
            let scale = (u == 0 ? 1.0 : 2.0) / Double(side)
            return Float(
                scale.squareRoot() * cos(Double.pi * Double((2 * x + 1) * u) / Double(2 * side)))
        }
    }

    /// 64 coefficients, vertical frequency times 8 plus horizontal frequency.
    static func lowest(_ grey: [UInt8]) -> [Float] {
        var rows = [Float](repeating: 0, count: side * 8)
        for y in 0..<side {
            for u in 0..<8 {
                var sum: Float = 0
                for x in 0..<side { sum += basis[u][x] * Float(grey[y * side + x]) }
                rows[y * 8 + u] = sum
            }
        }
        var out = [Float](repeating: 0, count: 64)
        for v in 0..<8 {
            for u in 0..<8 {
                for y in 0..<side { out[v * 8 + u] += basis[v][y] * rows[y * 8 + u] }
            }
        }
        return out
    }
}
