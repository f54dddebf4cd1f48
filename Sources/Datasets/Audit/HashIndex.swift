/// Finds hashes that differ from a given one in few bits, without looking at all of them.
///
/// Hashes are sorted into buckets by each of five parts of their bits. Two that differ in at most b
/// bits differ in at most t of some part, if the five t + 1 sum to b + 1 (the pigeonhole principle;
/// multi-index hashing, Norouzi, Punjani and Fleet 2012). So only buckets whose parts are within t
/// bits are searched: for 14 bits and a million hashes a twentieth of them.
struct HashIndex: Sendable {
    private static let count = 5
    private let parts: [Part]
    /// The most bits that hashes found may differ in.
    private let bits: Int

    fileprivate struct Part: Sendable {
        let shift: UInt64
        let mask: UInt64
        /// What a part is changed by to reach the buckets that are searched.
        let flips: [UInt64]
        /// Where each bucket begins in `members`, and where the last ends.
        let starts: [Int32]
        /// Indices of hashes by bucket, in each by size.
        let members: [Int32]
        /// Their hashes.
        let hashes: [UInt64]
    }

    /// - Parameter members: the indices that are put into the index, by size.
    init(_ hashes: [UInt64], members: [Int], bits: Int) {
        self.bits = bits
        parts = (0..<Self.count).map { part in
            // Of the b + 1, what five does not divide goes to the first parts.
            let share = (bits + 1) / Self.count + (part < (bits + 1) % Self.count ? 1 : 0)
            let (start, end) = (64 * part / Self.count, 64 * (part + 1) / Self.count)
            return Part(hashes, members, from: start, width: end - start, within: share - 1)
        }
    }

    /// Adds the members above `first` whose hashes are near to `hash`; one may be added twice.
    func add(near hash: UInt64, above first: Int, to found: inout [Int]) {
        for part in parts {
            let own = hash >> part.shift & part.mask
            for flip in part.flips {
                part.add(bucket: Int(own ^ flip), near: hash, bits: bits, above: first, to: &found)
            }
        }
    }
}

extension HashIndex.Part {
    init(_ all: [UInt64], _ indices: [Int], from start: Int, width: Int, within most: Int) {
        let (shift, mask) = (UInt64(start), (1 as UInt64) << UInt64(width) - 1)
        let buckets = indices.map { Int(all[$0] >> shift & mask) }
        var starts = [Int32](repeating: 0, count: 1 << width + 1)
        for bucket in buckets { starts[bucket + 1] += 1 }
        for next in 1..<starts.count { starts[next] += starts[next - 1] }
        var (free, sorted) = (starts, [Int32](repeating: 0, count: indices.count))
        for (index, bucket) in zip(indices, buckets) {
            sorted[Int(free[bucket])] = Int32(index)
            free[bucket] += 1
        }
        (self.shift, self.mask, self.starts, members) = (shift, mask, starts, sorted)
        flips = (0...mask).filter { $0.nonzeroBitCount <= most }
        hashes = sorted.map { all[Int($0)] }
    }

    /// Searches one bucket, from its last member down to `first`.
    @inline(__always)
    func add(
        bucket: Int, near hash: UInt64, bits: Int, above first: Int, to found: inout [Int]
    ) {
        let start = Int(starts[bucket])
        var place = Int(starts[bucket + 1]) - 1
        while place >= start, members[place] > first {
            if (hashes[place] ^ hash).nonzeroBitCount <= bits { found.append(Int(members[place])) }
            place -= 1
        }
    }
}
