/// What reading a picture file told, besides its pixels.
package struct PictureFacts: Sendable, Equatable {
    /// SHA-256 of the file.
    package let sha256: String
    /// Size before resizing, upright.
    package let width: Int
    package let height: Int
    /// What is doubtful about data that decode all the same; nil for sound data, and where it is not known (a
    /// picture that was read in an earlier run).
    package var doubt: String?
}

/// A file of a data set that could not be read, with the reason.
package struct UnreadablePicture: Sendable, Equatable, Codable {
    /// Path relative to the data set's root.
    package let file: String
    package let reason: String
}
