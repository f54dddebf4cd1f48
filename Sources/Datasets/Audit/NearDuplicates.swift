import Core

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

    /// From so many pictures on, an index of hashes is faster than comparing all with all.
    static let indexed = 4096

    /// All pairs, in order of the first and then the second picture, at most 1000 for each first.
    ///
    /// On `threads` threads; an index of the hashes spares most comparisons of large sets.
    package func pairs(_ prints: [PicturePrint], threads: Int) -> [PicturePair] {
        pairs(prints, threads: threads, indexed: prints.count >= Self.indexed)
    }

    func pairs(_ prints: [PicturePrint], threads: Int, indexed: Bool) -> [PicturePair] {
        let search = Search(self, prints, indexed: indexed)
        return Parallel(threads: threads).map(prints.count) { search.pairs($0) }.flatMap { $0 }
    }

    /// One search: the prints, and what makes it fast.
    private struct Search: Sendable {
        let rule: NearDuplicates
        let prints: [PicturePrint]
        let hashes: [UInt64]
        /// Pictures without a picture to speak of, which only match each other.
        let flat: [Int]
        let index: HashIndex?

        init(_ rule: NearDuplicates, _ prints: [PicturePrint], indexed: Bool) {
            (self.rule, self.prints) = (rule, prints)
            let hashes = prints.map(\.hash)
            self.hashes = hashes
            flat = prints.indices.filter { prints[$0].isFlat }
            index =
                indexed
                ? HashIndex(
                    hashes, members: prints.indices.filter { !prints[$0].isFlat }, bits: rule.bits)
                : nil
        }

        /// The pairs of a picture with later ones.
        func pairs(_ first: Int) -> [PicturePair] {
            let (hash, mirrored) = (prints[first].hash, prints[first].mirrored)
            var pairs: [PicturePair] = []
            for second in candidates(first) where pairs.count < 1000 {
                let near = (hash ^ hashes[second]).nonzeroBitCount <= rule.bits
                let nearMirror = (mirrored ^ hashes[second]).nonzeroBitCount <= rule.bits
                let match = rule.compare(prints[first], prints[second], near, nearMirror)
                guard let match else { continue }
                pairs.append(
                    PicturePair(
                        first: first, second: second, correlation: match.correlation,
                        mirrored: match.mirrored))
            }
            return pairs
        }

        /// Later pictures that may match, in order: flat ones with flat ones, others by their hashes.
        private func candidates(_ first: Int) -> [Int] {
            if prints[first].isFlat { return flat.filter { $0 > first } }
            let (hash, mirrored) = (prints[first].hash, prints[first].mirrored)
            var found: [Int] = []
            if let index {
                index.add(near: hash, above: first, to: &found)
                index.add(near: mirrored, above: first, to: &found)
                return Set(found).sorted()
            }
            for second in first + 1..<max(first + 1, hashes.count) {
                let near = (hash ^ hashes[second]).nonzeroBitCount <= rule.bits
                if near || (mirrored ^ hashes[second]).nonzeroBitCount <= rule.bits {
                    found.append(second)
                }
            }
            return found
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
