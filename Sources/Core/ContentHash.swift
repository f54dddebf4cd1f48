import Crypto
import Foundation

/// SHA-256 in lower-case hexadecimal, of one piece of data or of what comes piece by piece.
///
///     var hash = ContentHash()
///     for row in rows { hash.update("\(row)\n") }
///     let name = hash.hex
package struct ContentHash {
    private var hasher = SHA256()

    package init() {}

    package mutating func update(_ data: some DataProtocol) { hasher.update(data: data) }

    package mutating func update(_ text: String) { hasher.update(data: Data(text.utf8)) }

    /// The 32 bytes of all so far.
    package var bytes: [UInt8] { Array(hasher.finalize()) }

    /// The 64 digits of all so far.
    package var hex: String { Self.hex(hasher.finalize()) }

    /// SHA-256 of the bytes.
    package static func sha256(_ data: some DataProtocol) -> String {
        hex(SHA256.hash(data: data))
    }

    /// SHA-256 of the bytes in memory.
    package static func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
        hex(digest(bytes))
    }

    /// SHA-256 of the text's UTF-8 bytes.
    package static func sha256(_ text: String) -> String { sha256(Data(text.utf8)) }

    /// The 32 bytes of the SHA-256 of bytes in memory.
    package static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        return Array(hasher.finalize())
    }

    /// The first eight bytes of a text's SHA-256 as a number: a seed for each use that has a name, so
    /// that seeds of different uses have nothing in common.
    package static func seed(_ text: String) -> UInt64 {
        SHA256.hash(data: Data(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Lower-case hexadecimal of bytes.
    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that hexadecimal digits stand for; the inverse of `hex`.
    package static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.map { $0 <= UInt8(ascii: "9") ? $0 & 15 : ($0 & 15) + 9 }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            digits[$0] << 4 | digits[$0 + 1]
        }
    }
}
