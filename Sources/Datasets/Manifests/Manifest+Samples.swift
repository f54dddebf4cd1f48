import Formats

extension Manifest {
    /// Each file once, in the order of first mention.
    package var files: [LabelledFile] {
        let label = Dictionary(zip(classes, classes.indices)) { first, _ in first }
        return distinct.map { LabelledFile(file: $0.file, label: label[$0.label] ?? 0) }
    }

    /// The expected SHA-256 of each of `files`.
    package var hashes: [String] { distinct.map(\.sha256) }

    /// The groups of `files`, or nil where no picture has one.
    package var grouping: Grouping? {
        let distinct = distinct
        guard distinct.contains(where: { $0.group != nil }) else { return nil }
        return Grouping(files: distinct.map(\.file), groups: distinct.map(\.group))
    }

    /// The parts, with pictures as indices into `files`; nil where the manifest has no split.
    package var split: SampleSplit? {
        let index = Dictionary(distinct.enumerated().map { ($0.element.file, $0.offset) }) {
            first, _ in first
        }
        let parts = pictures.compactMap(\.split)
        guard parts.count == pictures.count else { return nil }
        return SampleSplit(
            samples: pictures.map { Sample(picture: index[$0.file] ?? 0, copy: $0.copy) },
            parts: parts)
    }

    /// Files that a generator made.
    package var generated: Set<String> {
        Set(pictures.filter { $0.generated != nil }.map(\.file))
    }

    private var distinct: [ManifestPicture] {
        var seen: Set<String> = []
        return pictures.filter { seen.insert($0.file).inserted }
    }
}

extension PictureStore {
    /// Reads the pictures of a manifest and checks that they are still the ones it was written for.
    ///
    /// Unreadable pictures are refused: leaving one out would move the split.
    /// - Throws: `DatasetError` naming every file that cannot be read or has changed.
    package init(
        _ manifest: Manifest, root: String, preprocessing: Preprocessing, prints: Bool = false,
        loader: PictureLoader = PictureLoader()
    ) throws(DatasetError) {
        try self.init(
            root: root, classes: manifest.classes, files: manifest.files,
            preprocessing: preprocessing, prints: prints, loader: loader,
            advice: "Mend them, or write the manifest again without them.")
        let changed = zip(files, zip(facts, manifest.hashes))
            .filter { $0.1.0.sha256 != $0.1.1 }.map { "  \($0.0.file)" }
        guard changed.isEmpty else {
            throw DatasetError(
                "\(root): \(changed.count) of \(files.count) pictures have changed since the "
                    + "manifest was written:\n\(changed.joined(separator: "\n"))\n"
                    + "Write the manifest again.")
        }
    }
}
