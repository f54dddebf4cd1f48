import Foundation

/// Where pictures come from: class folders, or a manifest that also says groups and parts.
package struct PictureSource: Sendable {
    /// The folder that the files are in.
    package let root: String
    package let classes: [String]
    package let files: [LabelledFile]
    /// nil for class folders.
    package let manifest: Manifest?
    /// The manifest's file, for messages.
    package let manifestFile: String?
    /// What a person should know of how the folder was taken, a line each.
    package let notes: [String]
    /// Of these, what says which files are no pictures.
    package let leftOut: String?

    /// Lists class folders; no file is opened.
    package init(folder: String) throws(DatasetError) {
        let listed = try ImageFolder(root: folder)
        (root, classes, files) = (listed.root, listed.classes, listed.files)
        (manifest, manifestFile) = (nil, nil)
        (notes, leftOut) = (listed.notes, listed.leftOut)
    }

    /// The pictures of every part of a split that folders are.
    package init(parts: PartFolders) {
        (root, classes, files) = (parts.root, parts.classes, parts.files)
        (manifest, manifestFile, notes, leftOut) = (nil, nil, [], nil)
    }

    /// Refuses pictures of one class, before any is read: there is nothing to tell them from.
    package func requireClasses() throws(DatasetError) {
        guard classes.count < 2 else { return }
        let place = manifestFile ?? root
        throw DatasetError(
            "\(place): one class, '\(classes.first ?? "")', so there is nothing to tell apart. Give "
                + "each class a folder of its own beside it, or name the folder above if this is one class"
        )
    }

    /// Reads a manifest.
    ///
    /// - Parameter root: the folder that its files are in; by default its own.
    /// - Throws: `DatasetError` for a file that is no manifest, or where none of its pictures is there.
    package init(manifest path: String, root: String? = nil) throws(DatasetError) {
        let read = try Manifest(contentsOf: path)
        let beside = (path as NSString).deletingLastPathComponent
        self.root = root ?? (beside.isEmpty ? "." : beside)
        (classes, files) = (read.classes, read.files)
        (manifest, manifestFile, notes, leftOut) = (read, path, [], nil)
        let found = files.contains {
            FileManager.default.fileExists(atPath: FolderListing.join(self.root, $0.file))
        }
        guard found else {
            throw DatasetError(
                "\(path): none of its \(files.count) pictures is in \(self.root) (the first: "
                    + "\(files.first?.file ?? "")). Name the folder that they are in (`data`) "
                    + "where the manifest lies elsewhere")
        }
    }

    /// Reads every picture once.
    ///
    /// - Parameter prints: also what finds copies, for an audit or a division of the pictures.
    /// - Throws: `DatasetError` as `PictureStore`, and for leaving out pictures of a manifest.
    package func store(
        _ preprocessing: Preprocessing, skipUnreadable: Bool = false, prints: Bool,
        loader: PictureLoader = PictureLoader()
    ) throws(DatasetError) -> PictureStore {
        guard let manifest else {
            return try PictureStore(
                root: root, classes: classes, files: files, preprocessing: preprocessing,
                skipUnreadable: skipUnreadable, prints: prints, loader: loader)
        }
        guard !skipUnreadable else {
            throw DatasetError(
                "`skipUnreadable` does not go with a manifest: its split would no longer be the "
                    + "one that was written. Write the manifest again with it")
        }
        return try PictureStore(
            manifest, root: root, preprocessing: preprocessing, prints: prints, loader: loader)
    }
}
