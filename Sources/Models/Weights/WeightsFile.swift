import Core
import Formats
import Foundation

/// A file of weights as a whole.
package enum WeightsFile {
    /// SHA-256 of a file's bytes.
    ///
    /// - Throws: `FormatError` where it cannot be read.
    package static func sha256(_ url: URL) throws -> String {
        do {
            return ContentHash.sha256(try Data(contentsOf: url, options: .mappedIfSafe))
        } catch {
            throw FormatError(
                file: url.path, found: "cannot be read (\(error.localizedDescription))",
                expected: "a file of weights", advice: "Check the path.")
        }
    }
}
