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
        let sorted = entries.sorted { NameOrder.precedes($0.file, $1.file) }
        var hasher = SHA256()
        for entry in sorted {
            hasher.update(
                data: Data("\(entry.file)\0\(entry.className)\0\(entry.sha256)\n".utf8))
        }
        return hex(hasher.finalize())
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// The order of names everywhere: by bytes, so no locale changes a class index.
package enum NameOrder {
    /// Whether `a` comes before `b`; equals Python's order of strings.
    package static func precedes(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }
}
