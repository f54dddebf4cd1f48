import Formats

/// A data set that was read to be audited.
package struct AuditSubject: Sendable {
    package let root: String
    package let classes: [String]
    /// The readable pictures, with their facts and prints.
    package let files: [LabelledFile]
    package let facts: [PictureFacts]
    package let prints: [PicturePrint]
    package let unreadable: [UnreadablePicture]
    /// Files that are not those the manifest was written for.
    package let changed: [String]
    /// Known groups of `files`.
    package var grouping: Grouping?
    /// The split under audit; pictures are indices into `files`.
    package var split: SampleSplit?
    /// Pictures of `files` that a generator made.
    package var generated: Set<Int> = []
    /// Files in which a face search found none; set by whoever looked.
    package var withoutFace: [String] = []

    /// Reads the pictures of a class-per-folder data set, each once.
    package init(_ folder: ImageFolder, loader: PictureLoader = PictureLoader()) {
        self.init(root: folder.root, classes: folder.classes, files: folder.files, loader: loader)
    }

    /// Reads the pictures of a source, each once, with the groups and the split of its manifest.
    package init(_ source: PictureSource, loader: PictureLoader = PictureLoader()) {
        if let manifest = source.manifest {
            self.init(manifest, root: source.root, loader: loader)
        } else {
            self.init(
                root: source.root, classes: source.classes, files: source.files, loader: loader)
        }
    }

    /// Reads the pictures of a manifest, each once, with its groups and its split.
    package init(_ manifest: Manifest, root: String, loader: PictureLoader = PictureLoader()) {
        let all = manifest.files
        self.init(
            root: root, classes: manifest.classes, files: all, hashes: manifest.hashes,
            loader: loader)
        let index = Dictionary(files.enumerated().map { ($1.file, $0) }) { first, _ in first }
        let moved = all.map { index[$0.file] }
        generated = Set(manifest.generated.compactMap { index[$0] })
        if let grouping = manifest.grouping {
            let kept = moved.indices.filter { moved[$0] != nil }
            self.grouping = Grouping(
                files: kept.map { all[$0].file },
                groups: kept.map { grouping.names[grouping.ids[$0]] })
        }
        if let split = manifest.split {
            let kept = zip(split.samples, split.parts).compactMap { sample, part in
                moved[sample.picture].map { (Sample(picture: $0, copy: sample.copy), part) }
            }
            self.split = SampleSplit(samples: kept.map(\.0), parts: kept.map(\.1))
        }
    }

    /// What a store has already read; it must have been made with prints.
    /// - Throws: `DatasetError` where the store has none.
    package init(_ store: PictureStore, root: String) throws(DatasetError) {
        guard store.prints.count == store.count else {
            throw DatasetError("audit: the pictures were read without prints")
        }
        self.root = root
        classes = store.classes
        files = store.files
        facts = store.facts
        prints = store.prints
        unreadable = store.unreadable
        changed = []
    }

    private init(
        root: String, classes: [String], files: [LabelledFile], hashes: [String]? = nil,
        loader: PictureLoader
    ) {
        let outcomes = loader.load(files.map(\.file), root: root) { _, picture, resizer in
            PicturePrint(picture, resizer: resizer)
        }
        var (kept, facts, prints) = ([LabelledFile](), [PictureFacts](), [PicturePrint]())
        var (unreadable, changed) = ([UnreadablePicture](), [String]())
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case .failure(let error):
                unreadable.append(
                    UnreadablePicture(file: files[index].file, reason: error.reason))
            case .success(let read):
                kept.append(files[index])
                facts.append(read.facts)
                prints.append(read.extra)
                if let hashes, hashes[index] != read.facts.sha256 {
                    changed.append(files[index].file)
                }
            }
        }
        (self.root, self.classes, self.files, self.facts) = (root, classes, kept, facts)
        (self.prints, self.unreadable, self.changed) = (prints, unreadable, changed)
    }
}
