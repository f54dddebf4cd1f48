import Dispatch

/// Two pictures that show the same photograph.
package struct PicturePair: Sendable, Equatable, Codable {
    /// Indices of the pictures, the smaller first.
    package let first: Int
    package let second: Int
    /// Correlation of the thumbnails, up to 1.
    package let correlation: Float
    /// Whether the second matches as its mirror image.
    package let mirrored: Bool
}

/// The search for near duplicates among picture prints.
///
/// Two pictures are near duplicates when their hashes differ in at most `bits` bits and their
/// thumbnails correlate by at least `correlation`, as they are or one of them mirrored. On 621
/// portraits the closest two different photographs correlate by 0.94; the same photograph saved
/// again as JPEG, halved, brightened, blurred, or cropped by 4% stays above 0.95 in 99% of cases.
/// Flat pictures are near duplicates of flat pictures of the same brightness.
package struct NearDuplicates: Sendable {
    package var bits: Int
    package var correlation: Float

    package init(bits: Int = 14, correlation: Float = 0.95) {
        self.bits = bits
        self.correlation = correlation
    }

    /// All pairs, in order of the first and then the second picture, at most 1000 for each first.
    ///
    /// Quadratic in pictures, a few instructions a pair, on `threads` threads.
    package func pairs(_ prints: [PicturePrint], threads: Int) -> [PicturePair] {
        let lanes = max(1, min(threads, prints.count))
        var found = [[PicturePair]](repeating: [], count: lanes)
        let hashes = prints.map(\.hash)
        found.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let found = buffer
            DispatchQueue.concurrentPerform(iterations: lanes) { lane in
                var pairs: [PicturePair] = []
                for first in stride(from: lane, to: prints.count, by: lanes) {
                    search(first, prints, hashes, &pairs)
                }
                found[lane] = pairs
            }
        }
        return found.flatMap { $0 }.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    private func search(
        _ first: Int, _ prints: [PicturePrint], _ hashes: [UInt64], _ found: inout [PicturePair]
    ) {
        let (hash, mirrored) = (prints[first].hash, prints[first].mirrored)
        let flat = prints[first].isFlat
        let full = found.count + 1000
        hashes.withUnsafeBufferPointer { hashes in
            for second in first + 1..<max(first + 1, hashes.count) where found.count < full {
                let near = (hash ^ hashes[second]).nonzeroBitCount <= bits
                let nearMirror = (mirrored ^ hashes[second]).nonzeroBitCount <= bits
                guard near || nearMirror || flat else { continue }
                guard let match = compare(prints[first], prints[second], near, nearMirror) else {
                    continue
                }
                found.append(
                    PicturePair(
                        first: first, second: second, correlation: match.correlation,
                        mirrored: match.mirrored))
            }
        }
    }

    private func compare(
        _ a: PicturePrint, _ b: PicturePrint, _ near: Bool, _ nearMirror: Bool
    ) -> (correlation: Float, mirrored: Bool)? {
        if a.isFlat || b.isFlat {
            return a.isFlat && b.isFlat && abs(a.mean - b.mean) < 4 ? (1, false) : nil
        }
        let plain = near ? Self.dot(a.thumbnail, b.thumbnail, mirrored: false) : -1
        let turned = nearMirror ? Self.dot(a.thumbnail, b.thumbnail, mirrored: true) : -1
        let best = max(plain, turned)
        return best >= correlation ? (min(best, 1), turned > plain) : nil
    }

    /// The dot product of two 16 x 16 thumbnails, the first as it is or mirrored.
    static func dot(_ a: [Float], _ b: [Float], mirrored: Bool) -> Float {
        var sum: Float = 0
        for y in 0..<16 {
            for x in 0..<16 { sum += a[y * 16 + (mirrored ? 15 - x : x)] * b[y * 16 + x] }
        }
        return sum
    }
}
