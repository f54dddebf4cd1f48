import Core
import Datasets
import Formats

/// The pictures of a feature table, and which of them the components are fitted on.
struct FeatureList: Sendable {
    let root: String
    let classes: [String]
    let files: [LabelledFile]
    /// SHA-256 that a manifest expects of each file; empty without one.
    let hashes: [String]
    /// Those of the training part; all without a split, and under a protocol that leaks.
    let training: [Bool]

    init(folder: String, manifest path: String?) throws {
        let source =
            try path.map { try PictureSource(manifest: $0, root: folder) }
            ?? PictureSource(folder: folder)
        (root, classes, files) = (source.root, source.classes, source.files)
        for note in source.notes { Console.remark(note) }
        hashes = source.manifest?.hashes ?? []
        let kind = try source.manifest?.protocolName.map(DataProtocol.named)
        guard let split = source.manifest?.split, kind?.leaks != true else {
            training = files.map { _ in true }
            return
        }
        let trained = Set(split[.train].map(\.picture))
        training = files.indices.map(trained.contains)
    }

    func label(_ index: Int) -> String { classes[files[index].label] }

    /// Reads a picture and checks that it is still the one of the manifest.
    func picture(_ index: Int) throws -> Picture {
        let path = root + "/" + files[index].file
        let data = try Picture.readFile(path)
        if !hashes.isEmpty, ContentHash.sha256(data) != hashes[index] {
            throw DatasetError("\(path): has changed since the manifest was written")
        }
        return try Picture(data: data, named: path)
    }
}
