import Crypto
import Foundation

/// SHA-256 of file contents and of whole data sets, as lower-case hexadecimal.
package enum ContentHash {
    /// SHA-256 of the bytes.
    package static func sha256(_ data: Data) -> String {
        hex(SHA256.hash(data: data))
    }

    /// The data fingerprint: SHA-256 over `file NUL class NUL hash LF`, ordered by file.
    ///
    /// It depends on neither the order of listing nor on where the data set lies.
    package static func fingerprint(
        _ entries: [(file: String, className: String, sha256: String)]
    ) -> String {
        var hasher = SHA256()
        for entry in NameOrder.sorted(entries, by: \.file) {
            hasher.update(
                data: Data("\(entry.file)\0\(entry.className)\0\(entry.sha256)\n".utf8))
        }
        return hex(hasher.finalize())
    }

    /// Lower-case hexadecimal of a hash.
    static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a hash in hexadecimal; the inverse of `hex`.
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.map { $0 <= UInt8(ascii: "9") ? $0 & 15 : ($0 & 15) + 9 }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            digits[$0] << 4 | digits[$0 + 1]
        }
    }
}
