/// A picture that cannot be read, written or resized: which one, and why.
package struct PictureError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file, as the caller named it.
    package let file: String
    /// What was expected, what was found, what to do.
    package let reason: String

    package init(file: String, reason: String) {
        self.file = file
        self.reason = reason
    }

    package var description: String { "\(file): \(reason)" }
}
