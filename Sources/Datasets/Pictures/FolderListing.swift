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
            if let visible = read(entry, in: path) { entries.append(visible) }
            errno = 0
        }
        guard errno == 0 else {
            throw DatasetError("\(path): cannot be listed: \(String(cString: strerror(errno)))")
        }
        return entries.sorted { NameOrder.precedes($0.name, $1.name) }
    }

    /// One entry as the system gives it; nil for a hidden one.
    private static func read(_ entry: UnsafeMutablePointer<dirent>, in path: String) -> Entry? {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name.utf8.first != UInt8(ascii: ".") else { return nil }
        // File systems may leave the kind out; a link may lead to a folder.
        let kind = Int(entry.pointee.d_type)
        guard [DT_DIR, DT_LNK, DT_UNKNOWN].contains(where: { Int($0) == kind }) else {
            return Entry(name: name, folder: nil)
        }
        return Entry(name: name, folder: identity(join(path, name)))
    }

    /// nil for what is no folder.
    private static func identity(_ path: String) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        return Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino))
    }

    /// All files under `root/start`, relative to `root`, by path; each folder is entered once.
    static func files(under root: String, _ start: String) throws(DatasetError) -> [String] {
        var seen: Set<Identity> = []
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
