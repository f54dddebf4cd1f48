/// What became of one picture: the faces found in it, and the crop made of it.
package struct CropRecord: Sendable, Equatable, Codable {
    /// What a crop shows.
    package enum Outcome: String, Sendable, Codable {
        /// The chosen face.
        case face
        /// The whole picture: no face was found.
        case kept
        /// The middle of the picture: no face was found.
        case centre
        /// There is no crop: no face was found.
        case skipped
    }

    /// Where the picture came from, to tell whether it is still the same.
    package struct Source: Sendable, Equatable, Codable {
        package let sha256: String
        package let bytes: Int
        /// Time of last change, in seconds since 2001.
        package let modified: Double
    }

    /// Path of the picture, relative to the folder it was found in.
    package let picture: String
    package let source: Source
    /// Size of the picture, upright.
    package let width: Int
    package let height: Int
    /// All faces, the largest box first.
    package let faces: [Face]
    /// Which of them was cropped.
    package let chosen: Int?
    package let outcome: Outcome
    /// Path of the crop, relative to the output folder.
    package let crop: String?
    /// Size of the crop's file.
    package let cropBytes: Int
    /// Fingerprint of the options, the networks and the method.
    package let settings: String
}
