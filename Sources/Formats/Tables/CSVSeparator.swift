import Foundation

/// What separates the fields of a CSV.
enum CSVSeparator {
    /// What programs write between fields, the usual first.
    private static let all: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]
    /// Lines that are looked at, and the most bytes of them.
    private static let (lines, most) = (8, 1 << 16)

    /// What a first line `sep=;`, as Excel takes it, says, and where that line ends; nil without one.
    static func said(_ bytes: [UInt8]) -> (separator: UInt8, end: Int)? {
        let quoted = bytes.first == 0x22
        let start = (quoted ? 1 : 0) + 4
        guard bytes.count > start, bytes[(quoted ? 1 : 0)..<start].elementsEqual("sep=".utf8),
            all.contains(bytes[start])
        else { return nil }
        var end = start + 1
        if quoted, end < bytes.count, bytes[end] == 0x22 { end += 1 }
        guard end == bytes.count || bytes[end] == 0x0A || bytes[end] == 0x0D else { return nil }
        if end < bytes.count, bytes[end] == 0x0D { end += 1 }
        if end < bytes.count, bytes[end] == 0x0A { end += 1 }
        return (bytes[start], end)
    }

    /// What the first lines show: the one that each of them has as often, most often. A comma where none shows.
    static func shown(_ bytes: [UInt8]) -> UInt8 {
        let counts = all.map { occurrences(of: $0, in: bytes) }
        var best = (separator: all[0], count: counts[0].first ?? 0)
        if Set(counts[0]).count > 1 { best.count = 0 }
        for (separator, found) in zip(all, counts).dropFirst() {
            // A separator inside a text is no separator: it must be in every line, and more often in the header.
            guard let count = found.first, Set(found).count == 1, count > best.count,
                count >= counts[0].first ?? 0
            else { continue }
            best = (separator, count)
        }
        return best.separator
    }

    /// How often a byte stands outside quotes in each of the first lines.
    private static func occurrences(of separator: UInt8, in bytes: [UInt8]) -> [Int] {
        var counts: [Int] = []
        var (count, isQuoted, isEmpty) = (0, false, true)
        for byte in bytes.prefix(most) where counts.count < lines {
            if byte == 0x22 { isQuoted.toggle() }
            if !isQuoted, byte == 0x0A || byte == 0x0D {
                if !isEmpty { counts.append(count) }
                (count, isEmpty) = (0, true)
                continue
            }
            isEmpty = false
            if !isQuoted, byte == separator { count += 1 }
        }
        // The last line counts unless it was cut off here.
        if counts.count < lines, !isEmpty, bytes.count <= most { counts.append(count) }
        return counts
    }

    static func words(_ separator: UInt8) -> String {
        switch separator {
        case 0x09: "tabs"
        case 0x3B: "semicolons"
        case 0x7C: "bars (|)"
        default: "'\(UnicodeScalar(separator))'"
        }
    }
}
