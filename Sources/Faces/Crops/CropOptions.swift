/// How faces become crops; everything here changes the result.
package struct CropOptions: Sendable, Equatable, Codable {
    /// What becomes of a picture in which no face is found.
    package enum NoFace: String, Sendable, Codable, CaseIterable {
        /// The whole picture is taken.
        case keep
        /// The largest square in its middle is taken.
        case centre
        /// Nothing is written.
        case skip
    }

    /// The kind of file that crops become.
    package enum Format: String, Sendable, Codable, CaseIterable {
        /// That of the picture's name; JPEG at quality 95 without chroma subsampling.
        case same
        case jpeg
        case png
    }

    /// Name of a `FaceChoice`.
    package var choice = FaceChoice.largest.name
    /// Added on each side, as a fraction of the box's width and height.
    package var margin = 0.15
    /// Widens the shorter side to the longer; moved, not padded, where it would leave the picture.
    package var square = true
    /// Turns, scales and shifts so that the eyes come to lie at fixed places (see `CropFrame`).
    package var align = false
    /// Length of the longer side of a crop in pixels; nil leaves crops as large as they are.
    package var size: Int?
    package var noFace = NoFace.keep
    package var format = Format.same
    package var detection = DetectionSettings()

    package init() {}

    /// Throws unless crops can be made with these options.
    package func validate() throws(FaceError) {
        _ = try FaceChoice.named(choice)
        try detection.validate()
        guard (0...2).contains(margin) else {
            throw FaceError("the margin is \(margin); it must be 0 to 2 (2: five times the box)")
        }
        guard (1...4096).contains(size ?? 1) else {
            throw FaceError("the size is \(size ?? 0); it must be 1 to 4096 pixels")
        }
        if align, !square {
            throw FaceError("aligned crops are square: leave out `align` or `noSquare`")
        }
    }
}
