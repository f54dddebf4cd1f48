import Core
import Foundation

/// A data set of one folder a class, as torchvision's `ImageFolder`:
/// `root/class/picture.jpg|jpeg|png`.
///
/// Classes and files are ordered by name; hidden files are left out; folders inside a class folder
/// belong to it; links are followed, each folder once.
package struct ImageFolder: Sendable, Equatable {
    package let root: String
    /// Class names; a label is an index into them.
    package let classes: [String]
    /// Pictures by class, then by relative path.
    package let files: [LabelledFile]
    /// Files in class folders that are no pictures by their names, relative to the root.
    package let otherFiles: [String]

    /// The endings of picture files, in lower case.
    package static let endings: Set<String> = ["jpg", "jpeg", "png", "webp"]

    /// Lists the folder; no file is opened.
    /// - Throws: `DatasetError` where there is no folder, no class folder, or a class without
    ///   pictures.
    package init(root: String) throws(DatasetError) {
        let shown = root.hasSuffix("/") ? root : root + "/"
        let entries = try FolderListing.entries(root)
        // A link to the folder itself, or to one that it is in, is no class.
        let circles = FolderListing.ancestors(root)
        classes = entries.filter { $0.folder.map { !circles.contains($0) } ?? false }.map(\.name)
        try NameForms.requireDistinct(classes, of: "classes", in: shown)
        try PartFolders.refuse(asClasses: classes, root: root)
        guard !classes.isEmpty else {
            let found = entries.isEmpty ? "nothing" : Self.files(entries.count) + " and no folders"
            throw DatasetError(
                "\(shown) has no class folders. Expected \(shown)<class>/<picture>.jpg|png; "
                    + "found \(found).")
        }
        self.root = root
        var files: [LabelledFile] = []
        var others: [String] = []
        for (label, listed) in Self.listings(root, classes).enumerated() {
            let all = try listed.get()
            let pictures = all.filter(Self.isPicture)
            guard !pictures.isEmpty else {
                throw DatasetError(
                    "\(shown)\(classes[label])/ holds no pictures (.jpg, .jpeg, .png or .webp); found "
                        + "\(Self.files(all.count)). Add pictures or remove the folder.")
            }
            files += pictures.map { LabelledFile(file: $0, label: label) }
            if pictures.count < all.count { others += all.filter { !Self.isPicture($0) } }
        }
        try NameForms.requireDistinct(files.map(\.file), of: "pictures", in: shown)
        self.files = files
        otherFiles = others
    }

    /// What a person should know of how the folder was taken, a line each: classes that may be one, files left out.
    package var notes: [String] {
        NameForms.alike(classes).map {
            "the classes \(NameForms.list($0)) differ only in form, and are taken for \($0.count): make them "
                + "one folder if they are one"
        } + [leftOut].compactMap { $0 }
    }

    /// The files that are no pictures by their names, by ending; nil where there are none.
    package var leftOut: String? {
        guard !otherFiles.isEmpty else { return nil }
        let endings = Dictionary(grouping: otherFiles) { file in
            let name = file.split(separator: "/").last ?? ""
            let ending = name.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
            return name.contains(".") ? ".\(ending)".lowercased() : "no ending"
        }.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let kinds = endings.prefix(5).map { "\($0.key) \($0.value.count)" }
        return
            "\(Self.files(otherFiles.count)) left out that are no .jpg, .jpeg, .png or .webp by name: "
            + kinds.joined(separator: ", ") + (endings.count > 5 ? " and others" : "")
    }

    /// The files of each class, several classes at a time: a disk far away answers slowly.
    private static func listings(
        _ root: String, _ classes: [String]
    ) -> [Result<[String], DatasetError>] {
        Parallel(threads: classes.count).map(classes.count) { index in
            Result { () throws(DatasetError) in
                try FolderListing.files(under: root, classes[index])
            }
        }
    }

    private static func isPicture(_ file: String) -> Bool {
        let bytes = file.utf8
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return endings.contains(String(file[bytes.index(after: dot)...]).lowercased())
    }

    private static func files(_ count: Int) -> String {
        count == 1 ? "1 file" : "\(count) files"
    }
}
