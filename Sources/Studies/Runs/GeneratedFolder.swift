import Core
import Datasets
import Formats
import Foundation
import Generating
import Models

/// A folder of generated pictures: `DIR/<class>/generated-00001.png`, and a manifest that says of each by what it was made.
package struct GeneratedFolder {
    package let root: URL

    /// The manifest's name within the folder.
    package static let manifest = "manifest.json"

    /// - Throws: `DatasetError` for a folder that holds something already.
    package init(_ root: URL) throws {
        self.root = root
        let found = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        guard found.isEmpty else {
            throw DatasetError(
                "\(root.path): holds files already (\(found.sorted()[0])); expected a new or an empty "
                    + "folder for generated pictures. Name another")
        }
    }

    /// Writes pictures of every class, and the manifest last: without it the folder is unfinished.
    ///
    /// - Parameter file: the generator's, whose hash marks the pictures.
    package func write(
        _ generator: PictureGenerator, from file: URL, perClass: Int, seed: UInt64,
        isCancelled: () -> Bool = { false }, onProgress: (Int) -> Void = { _ in }
    ) throws {
        let mark = GeneratedMark(
            generator: try WeightsFile.sha256(file), data: generator.origin.data)
        var entries: [ManifestPicture] = []
        for (label, name) in generator.classes.enumerated() {
            let folder = root.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            let pictures = try generator.pictures(
                of: label, count: perClass, seed: seed, isCancelled: isCancelled)
            for (index, picture) in pictures.enumerated() {
                if isCancelled() { throw GeneratorStopped() }
                let place = String(format: "generated-%05d.png", index + 1)
                let data = try picture.encodedPNG(named: place)
                try AtomicFile.write(data, to: folder.appendingPathComponent(place))
                entries.append(
                    ManifestPicture(
                        file: "\(name)/\(place)", sha256: ContentHash.sha256(data), label: name,
                        split: .train, generated: mark))
                onProgress(entries.count)
            }
        }
        try Manifest(classes: generator.classes, pictures: entries)
            .write(to: root.appendingPathComponent(Self.manifest).path)
    }
}
