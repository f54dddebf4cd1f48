import Foundation

/// Reads strict JSON (RFC 8259) front to back without building values: the caller names what it
/// expects, so nothing is kept that the format does not call for, and nesting cannot run deep.
///
/// Foundation's decoders lose the order of keys and let a key come twice; headers need both told
/// apart.
struct JSONScanner {
    let file: String
    /// The part being read, for messages.
    let part: String
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8], file: String, part: String) {
        self.bytes = bytes
        self.file = file
        self.part = part
    }

    /// Calls `body` for each key, with the scanner at its value; a repeated key is an error.
    mutating func object(_ body: (String, inout JSONScanner) throws -> Void) throws {
        var keys: Set<String> = []
        try list(open: "{", close: "}") { scanner in
            let key = try scanner.string()
            guard keys.insert(key).inserted else {
                throw scanner.error("has the key '\(printable(key))' twice")
            }
            try scanner.expect(":")
            try body(key, &scanner)
        }
    }

    /// Non-negative integers, at most `limit` of them.
    mutating func integers(limit: Int) throws -> [Int] {
        var values: [Int] = []
        try list(open: "[", close: "]") { scanner in
            guard values.count < limit else {
                throw scanner.error("has a list of over \(limit) numbers")
            }
            values.append(try scanner.integer())
        }
        return values
    }

    mutating func integer() throws -> Int {
        skipSpace()
        let start = offset
        while let byte = peek, (0x30...0x39).contains(byte) { offset += 1 }
        let digits = bytes[start..<offset]
        guard !digits.isEmpty, digits.count == 1 || digits.first != 0x30, peek != 0x2E,
            peek != 0x65,
            let value = Int(String(decoding: digits, as: UTF8.self))
        else { throw error("has no whole number at byte \(grouped(start))") }
        return value
    }

    mutating func string() throws -> String {
        try expect("\"")
        let start = offset
        var text: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { break }
            offset += 1
            if byte == UInt8(ascii: "\\") { text += try escaped() } else { text.append(byte) }
        }
        guard peek == UInt8(ascii: "\""), let string = String(validating: text, as: UTF8.self)
        else {
            throw error("has an unfinished or garbled text at byte \(grouped(start))")
        }
        offset += 1
        return string
    }

    /// Nothing but white space may follow.
    mutating func finish() throws {
        skipSpace()
        guard offset == bytes.count else {
            throw error("goes on after its end, at byte \(grouped(offset))")
        }
    }

    func error(_ found: String) -> FormatError { .damaged(file, "its \(part) \(found)") }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { offset += 1 }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        skipSpace()
        guard peek == UInt8(ascii: character) else {
            throw error("lacks a '\(character)' at byte \(grouped(offset))")
        }
        offset += 1
    }

    private mutating func list(
        open: Unicode.Scalar, close: Unicode.Scalar, _ element: (inout JSONScanner) throws -> Void
    ) throws {
        try expect(open)
        skipSpace()
        if peek == UInt8(ascii: close) {
            offset += 1
            return
        }
        while true {
            try element(&self)
            skipSpace()
            if peek == UInt8(ascii: close) { break }
            try expect(",")
        }
        offset += 1
    }

    /// The bytes of an escape, with the scanner behind its backslash.
    private mutating func escaped() throws -> [UInt8] {
        guard let byte = peek else { throw error("ends inside a text") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("has an unknown escape at byte \(grouped(offset))")
        }
    }

    private mutating func unicodeEscape() throws -> [UInt8] {
        var units = [try hexUnit()]
        if (0xD800...0xDBFF).contains(units[0]) {
            guard peek == UInt8(ascii: "\\") else { throw error("has half a character") }
            offset += 1
            guard peek == UInt8(ascii: "u") else { throw error("has half a character") }
            offset += 1
            units.append(try hexUnit())
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw error("has half a character at byte \(grouped(offset))")
        }
        return Array(text.utf8)
    }

    private mutating func hexUnit() throws -> UInt16 {
        guard offset <= bytes.count - 4,
            bytes[offset..<offset + 4].allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let unit = UInt16(
                String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        else { throw error("has a garbled \\u at byte \(grouped(offset))") }
        offset += 4
        return unit
    }
}
