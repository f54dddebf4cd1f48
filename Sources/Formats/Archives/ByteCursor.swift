import Foundation

/// Reads little-endian values front to back and throws, never traps, at the end of the bytes.
struct ByteCursor {
    /// The file, for messages.
    let file: String
    /// The part being read, for messages: "directory", "header", "pickle".
    let part: String
    /// What is read; array indices are bounds-checked as well.
    let bytes: [UInt8]
    /// The next byte to read.
    private(set) var offset = 0

    init(_ bytes: [UInt8], file: String, part: String) {
        self.bytes = bytes
        self.file = file
        self.part = part
    }

    var remaining: Int { bytes.count - offset }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw FormatError.damaged(
                file, "its \(part) stops after \(grouped(bytes.count)) bytes",
                expected: "\(grouped(count)) more at byte \(grouped(offset)) of it",
                advice: "It was cut off or is damaged: fetch or make it again.")
        }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func skip(_ count: Int) throws { _ = try take(count) }

    mutating func byte() throws -> UInt8 {
        guard offset < bytes.count else { return try take(1).first ?? 0 }
        offset += 1
        return bytes[offset - 1]
    }

    /// An unsigned little-endian integer.
    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws -> T {
        var value: T = 0
        for (index, byte) in try take(MemoryLayout<T>.size).enumerated() {
            value |= T(truncatingIfNeeded: byte) << (8 * index)
        }
        return value
    }

    mutating func u16() throws -> Int { Int(try integer(UInt16.self)) }
    mutating func u32() throws -> Int { Int(try integer(UInt32.self)) }

    /// A 64-bit size or offset; one above `Int.max` is damage.
    mutating func u64() throws -> Int {
        let value = try integer(UInt64.self)
        guard let size = Int(exactly: value) else {
            throw FormatError.damaged(file, "its \(part) holds the size \(value)")
        }
        return size
    }

    /// `count` bytes of UTF-8.
    mutating func text(_ count: Int) throws -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw FormatError.damaged(
                file, "its \(part) holds text that is not UTF-8 before byte \(grouped(offset))")
        }
        return text
    }
}

extension Data {
    /// A copy of `count` bytes from `offset`, both counted from the first byte.
    func copy(at offset: Int, count: Int, file: String, part: String) throws -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
            throw FormatError.damaged(
                file,
                "its \(part) points at bytes \(grouped(offset)) to "
                    + "\(grouped(offset.addingReportingOverflow(count).partialValue))",
                expected: "at most byte \(grouped(self.count)), where the file ends")
        }
        return [UInt8](self[startIndex + offset..<startIndex + offset + count])
    }
}
