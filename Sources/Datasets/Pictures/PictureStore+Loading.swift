import Formats
import Foundation

extension PictureStore {
    /// What reading a list of pictures came to.
    typealias Reading = (
        pixels: PicturePixels, outcomes: [Outcome], copiesFile: CopiesFile?
    )
    /// What reading one file came to.
    typealias Outcome = Result<(facts: PictureFacts, extra: PicturePrint?), PictureError>

    /// Reads the pictures of a list into memory, or into a file that is mapped where they do not fit.
    ///
    /// - Returns: the readable pictures' bytes, and for each listed file what it is.
    /// - Throws: `DatasetError` where neither can hold them.
    static func read(
        _ listing: PictureListing, _ preprocessing: Preprocessing, prints: Bool,
        _ loader: PictureLoader
    ) throws(DatasetError) -> Reading {
        let place: PicturePlace
        if let given = loader.place { place = given } else { place = try PicturePlace() }
        let size = listing.files.count * preprocessing.byteCount
        guard size > place.memory else {
            return inMemory(listing, preprocessing, size: size, prints: prints, loader)
        }
        let cache = PictureCache(
            listing: listing, preprocessing: preprocessing, loader: loader, place: place)
        let file = try cache.file()
        let outcomes = try file.outcomes(listing.files, root: listing.root, prints: prints)
        return (file.pixels, outcomes, file.copiesFile)
    }

    private static func inMemory(
        _ listing: PictureListing, _ preprocessing: Preprocessing, size: Int, prints: Bool,
        _ loader: PictureLoader
    ) -> Reading {
        var outcomes: [Outcome] = []
        let each = preprocessing.byteCount
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            guard let start = buffer.baseAddress else { return }
            nonisolated(unsafe) let base = start
            outcomes = loader.load(
                listing.files.map(\.file), root: listing.root
            ) { index, picture, resizer in
                preprocessing.prepare(picture, with: resizer, into: base + index * each)
                return prints ? PicturePrint(picture, resizer: resizer) : nil
            }
            filled = closeGaps(base, outcomes, each)
        }
        return (PicturePixels(bytes), outcomes, nil)
    }

    /// Moves the readable pictures together; returns the bytes they fill.
    static func closeGaps<Extra>(
        _ base: UnsafeMutablePointer<UInt8>,
        _ outcomes: [Result<(facts: PictureFacts, extra: Extra), PictureError>], _ each: Int
    ) -> Int {
        var kept = 0
        for (index, outcome) in outcomes.enumerated() {
            guard case .success = outcome else { continue }
            if kept != index {
                (base + kept * each).update(from: base + index * each, count: each)
            }
            kept += 1
        }
        return kept * each
    }

    static func unreadable(
        _ files: [LabelledFile], _ outcomes: [Outcome], root: String
    ) -> [UnreadablePicture] {
        zip(files, outcomes).compactMap { file, outcome in
            guard case .failure(let error) = outcome else { return nil }
            return UnreadablePicture(file: file.file, reason: error.reason)
        }
    }

    /// One error that lists every unreadable picture.
    static func refusal(
        _ unreadable: [UnreadablePicture], of total: Int, root: String, advice: String
    ) -> DatasetError {
        let list = unreadable.map { "  \(printable($0.file, limit: 4096)): \($0.reason)" }
            .joined(separator: "\n")
        return DatasetError(
            "\(root): \(unreadable.count) of \(total) pictures cannot be read:\n\(list)\n"
                + advice)
    }

    /// Refuses a class of which no picture is left: a network for it would never see one.
    static func requireEveryClass(
        _ files: [LabelledFile], _ kept: [LabelledFile], _ classes: [String],
        _ unreadable: [UnreadablePicture], root: String
    ) throws(DatasetError) {
        let left = Set(kept.map(\.label))
        guard let lost = files.first(where: { !left.contains($0.label) })?.label else { return }
        let own = Set(files.filter { $0.label == lost }.map(\.file))
        let first = unreadable.first { own.contains($0.file) }?.reason ?? ""
        throw DatasetError(
            "\(root): none of the \(own.count) pictures of class '\(classes[lost])' can be read (the first: "
                + "\(first)). Mend them, or take the class out")
    }
}
