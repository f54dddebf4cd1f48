import Foundation

/// Listing of folders in name order, without hidden entries, safe against loops of links.
///
/// One system call tells many entries and their kinds; only links and folders are looked at one by
/// one, so a million files take seconds.
enum FolderListing {
    struct Entry {
        let name: String
        /// What tells one folder from another whatever link leads there; nil for files.
        let folder: Identity?

        var isFolder: Bool { folder != nil }
    }

    /// Device and inode.
    struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// `folder/name` with a single slash between.
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The visible entries of a folder, by name; dangling links count as files.
    static func entries(_ path: String) throws(DatasetError) -> [Entry] {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw DatasetError(
                "\(path): \(String(cString: strerror(errno))). Expected a folder of pictures: "
                    + "\(join(path, "<class>/<picture>.jpg|png"))")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw DatasetError(
                "\(path): expected a folder, found a file. Name the folder that holds "
                    + "<class>/<picture>.jpg|png")
        }
        guard let stream = opendir(path) else {
            throw DatasetError("\(path): cannot be listed: \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        errno = 0
        while let entry = readdir(stream) {
            if let visible = try read(entry, in: path, dirfd(stream)) { entries.append(visible) }
            errno = 0
        }
        guard errno == 0 else {
            throw DatasetError("\(path): cannot be listed: \(String(cString: strerror(errno)))")
        }
        return entries.sorted { NameOrder.precedes($0.name, $1.name) }
    }

    /// One entry as the system gives it; nil for a hidden one.
    private static func read(
        _ entry: UnsafeMutablePointer<dirent>, in path: String, _ folder: Int32
    ) throws(DatasetError) -> Entry? {
        let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
        guard bytes.first != UInt8(ascii: ".") else { return nil }
        // File systems may leave the kind out; a link may lead to a folder.
        let kind = Int(entry.pointee.d_type)
        guard let name = String(validating: bytes, as: UTF8.self) else {
            return try escapedEntry(bytes, in: path, folder)
        }
        guard [DT_DIR, DT_LNK, DT_UNKNOWN].contains(where: { Int($0) == kind }) else {
            return Entry(name: name, folder: nil)
        }
        return Entry(name: name, folder: identity(join(path, name)))
    }

    /// An entry whose name is not UTF-8: a file is listed, to be told of as one that cannot be read.
    /// - Throws: `DatasetError` for a folder, whose files would go missing.
    private static func escapedEntry(
        _ bytes: [UInt8], in path: String, _ folder: Int32
    ) throws(DatasetError) -> Entry {
        let name = escaped(bytes)
        var status = stat()
        let raw = bytes.map { CChar(bitPattern: $0) } + [0]
        guard fstatat(folder, raw, &status, 0) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return Entry(name: name, folder: nil)
        }
        throw DatasetError("\(join(path, name))/: \(escapedReason)")
    }

    /// A name with the bytes that are no UTF-8 as `\\xE9`.
    static func escaped(_ bytes: [UInt8]) -> String {
        var name = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            let sound = (1...4).reversed().lazy.compactMap { count in
                count <= rest.count ? String(validating: rest.prefix(count), as: UTF8.self) : nil
            }.first
            if let sound {
                name += sound
                rest = rest.dropFirst(sound.utf8.count)
            } else if let byte = rest.popFirst() {
                name += "\\x" + String(byte, radix: 16, uppercase: true)
            }
        }
        return name
    }

    /// Whether a name may have come of `escaped`.
    static func isEscaped(_ name: String) -> Bool { name.contains("\\x") }

    static let escapedReason =
        "its name is not UTF-8 (\\xE9 and the like stand for such bytes), so it cannot be named. Rename it; all "
        + "at once:  convmv -f latin1 -t utf8 -r --notest DIR"

    /// nil for what is no folder.
    static func identity(_ path: String) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        return Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino))
    }

    /// A folder and all that it is in: links to these lead in a circle.
    static func ancestors(_ path: String) -> Set<Identity> {
        var found: Set<Identity> = []
        var place = path
        // The root is its own parent.
        while let identity = identity(place), found.insert(identity).inserted {
            place = join(place, "..")
        }
        return found
    }

    /// All files under `root/start`, relative to `root`, by path; each folder is entered once, and none that holds it.
    static func files(under root: String, _ start: String) throws(DatasetError) -> [String] {
        var seen = ancestors(root).union(ancestors(join(root, start)))
        var waiting = [start]
        var files: [String] = []
        while let folder = waiting.popLast() {
            for entry in try entries(join(root, folder)) {
                let path = folder + "/" + entry.name
                guard let identity = entry.folder else {
                    files.append(path)
                    continue
                }
                if seen.insert(identity).inserted { waiting.append(path) }
            }
        }
        return NameOrder.sorted(files)
    }
}
