import Core
import Formats
import Foundation

/// A data set: every picture decoded and resized once, one after the other.
///
/// The pictures lie in memory where they fit, otherwise in a mapped file (`PicturePlace` says which);
/// their bytes are the same, and nobody who uses a store needs to know.
///
/// Picture i is `height x width x RGB` bytes from `i * preprocessing.byteCount` of `pixels` (NHWC).
package struct PictureStore: Sendable {
    package internal(set) var classes: [String]
    package let preprocessing: Preprocessing
    /// The readable files, in the order they were given.
    package internal(set) var files: [LabelledFile]
    /// Hash and original size of each file.
    package let facts: [PictureFacts]
    /// A print of each picture where they were asked for, otherwise none.
    package let prints: [PicturePrint]
    /// All pictures, `files.count * preprocessing.byteCount` bytes.
    package let pixels: PicturePixels
    /// Where the near copies among pictures in a file are kept.
    let copiesFile: CopiesFile?
    /// Files that were skipped because they could not be read.
    package let unreadable: [UnreadablePicture]
    /// SHA-256 over names, classes and contents; see `ContentHash.fingerprint`.
    package internal(set) var fingerprint: String

    /// The number of pictures.
    package var count: Int { files.count }

    /// Reads the pictures of a class-per-folder data set.
    /// - Throws: as `init(root:classes:files:...)`.
    package init(
        _ folder: ImageFolder, preprocessing: Preprocessing, skipUnreadable: Bool = false,
        prints: Bool = false, loader: PictureLoader = PictureLoader()
    ) throws(DatasetError) {
        try self.init(
            root: folder.root, classes: folder.classes, files: folder.files,
            preprocessing: preprocessing, skipUnreadable: skipUnreadable, prints: prints,
            loader: loader)
    }

    /// Reads the given pictures under `root`.
    ///
    /// - Parameters:
    ///   - skipUnreadable: leave out what cannot be read (listed in `unreadable`).
    ///   - prints: also make the prints that find near duplicates, from the same decoded pictures.
    ///   - advice: what to do about unreadable pictures, for the error.
    /// - Throws: `DatasetError` when pictures are unreadable and not to be skipped (all are
    ///   listed), when none is left, when a label has no class, or when neither memory nor disk can hold
    ///   them.
    package init(
        root: String, classes: [String], files: [LabelledFile], preprocessing: Preprocessing,
        skipUnreadable: Bool = false, prints: Bool = false,
        loader: PictureLoader = PictureLoader(),
        advice: String = "Mend or remove them, or leave them out with `skipUnreadable`."
    ) throws(DatasetError) {
        if let stray = files.first(where: { !classes.indices.contains($0.label) }) {
            throw DatasetError(
                "\(stray.file): label \(stray.label), but there are \(classes.count) classes")
        }
        let listing = PictureListing(root: root, classes: classes, files: files)
        let read = try Self.read(listing, preprocessing, prints: prints, loader)
        let outcomes = read.outcomes
        let kept = zip(files, outcomes).compactMap { file, outcome in
            (try? outcome.get()).map { (file: file, facts: $0.facts, print: $0.extra) }
        }
        unreadable = Self.unreadable(files, outcomes, root: root)
        if !unreadable.isEmpty, !skipUnreadable || kept.isEmpty {
            throw Self.refusal(unreadable, of: files.count, root: root, advice: advice)
        }
        if !unreadable.isEmpty {
            try Self.requireEveryClass(files, kept.map(\.file), classes, unreadable, root: root)
        }
        self.classes = classes
        self.preprocessing = preprocessing
        self.files = kept.map(\.file)
        facts = kept.map(\.facts)
        self.prints = kept.compactMap(\.print)
        (pixels, copiesFile) = (read.pixels, read.copiesFile)
        fingerprint = ContentHash.fingerprint(
            kept.map { ($0.file.file, classes[$0.file.label], $0.facts.sha256) })
    }

    /// One prepared picture, copied out.
    package func picture(at index: Int) -> Picture {
        let start = index * preprocessing.byteCount
        return Picture(
            width: preprocessing.width, height: preprocessing.height, channels: 3,
            pixels: pixels[start..<start + preprocessing.byteCount])
    }

    /// Has pictures that lie in a file read before they are used.
    func willNeed(_ pictures: [Int]) {
        guard pixels.isMapped else { return }
        let each = preprocessing.byteCount
        for picture in pictures { pixels.willNeed(picture * each..<(picture + 1) * each) }
    }
}
