import Core
import Formats

extension PictureStore {
    /// Some of the pictures, in memory, followed by others of the same size that are in no file.
    ///
    /// - Precondition: a class for each that is added, and pictures of the store's size in three colours.
    package func keeping(
        _ kept: [Int], adding pictures: [Picture], labels: [Int]
    ) -> PictureStore {
        precondition(pictures.count == labels.count, "a class for each picture")
        let each = preprocessing.byteCount
        precondition(pictures.allSatisfy { $0.pixels.count == each }, "pictures of the same size")
        var bytes: [UInt8] = []
        bytes.reserveCapacity((kept.count + pictures.count) * each)
        pixels.withUnsafeBufferPointer { all in
            for index in kept { bytes.append(contentsOf: all[index * each..<(index + 1) * each]) }
        }
        for picture in pictures { bytes.append(contentsOf: picture.pixels) }
        let added = zip(pictures, labels).enumerated().map { index, made in
            (
                LabelledFile(file: "added \(index)", label: made.1),
                PictureFacts(
                    sha256: made.0.pixels.withUnsafeBytes { ContentHash.sha256($0) },
                    width: made.0.width, height: made.0.height)
            )
        }
        return PictureStore(
            self, files: kept.map { files[$0] } + added.map(\.0),
            facts: kept.map { facts[$0] } + added.map(\.1), pixels: PicturePixels(bytes))
    }

    /// Pictures in memory that have their size already.
    ///
    /// - Parameter labels: their classes' places; all of the first where nil.
    package static func shown(
        _ pictures: [Picture], _ preprocessing: Preprocessing, classes: [String] = ["picture"],
        labels: [Int]? = nil
    ) -> PictureStore {
        PictureStore(empty: preprocessing, classes: classes).keeping(
            [], adding: pictures,
            labels: labels ?? [Int](repeating: 0, count: pictures.count))
    }

    private init(empty preprocessing: Preprocessing, classes: [String]) {
        (self.classes, self.preprocessing) = (classes, preprocessing)
        (files, facts, prints) = ([], [], [])
        (pixels, copiesFile, unreadable) = (PicturePixels([UInt8]()), nil, [])
        fingerprint = ""
    }

    /// Other pictures for the same classes, prepared the same way.
    private init(
        _ store: PictureStore, files: [LabelledFile], facts: [PictureFacts], pixels: PicturePixels
    ) {
        (classes, preprocessing) = (store.classes, store.preprocessing)
        (self.files, self.facts, self.pixels) = (files, facts, pixels)
        (prints, copiesFile, unreadable) = ([], nil, [])
        fingerprint = ContentHash.fingerprint(
            zip(files, facts).map { ($0.file, store.classes[$0.label], $1.sha256) })
    }
}
