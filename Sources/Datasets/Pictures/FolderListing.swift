import Foundation

/// Listing of folders in name order, without hidden entries, safe against loops of links.
enum FolderListing {
    struct Entry {
        let name: String
        let isFolder: Bool
        /// Device and inode, which tell one folder from another whatever link leads there.
        let identity: [UInt64]
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
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw DatasetError("\(path): cannot be listed: \(error.localizedDescription)")
        }
        return names.filter { !$0.hasPrefix(".") }.sorted(by: NameOrder.precedes).map { name in
            var status = stat()
            let known = stat(join(path, name), &status) == 0
            return Entry(
                name: name, isFolder: known && status.st_mode & S_IFMT == S_IFDIR,
                identity: [UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino)])
        }
    }

    /// All files under `root/start`, relative to `root`, by path; each folder is entered once.
    static func files(under root: String, _ start: String) throws(DatasetError) -> [String] {
        var seen: Set<[UInt64]> = []
        var waiting = [start]
        var files: [String] = []
        while let folder = waiting.popLast() {
            for entry in try entries(join(root, folder)) {
                let path = folder + "/" + entry.name
                if !entry.isFolder {
                    files.append(path)
                } else if seen.insert(entry.identity).inserted {
                    waiting.append(path)
                }
            }
        }
        return files.sorted(by: NameOrder.precedes)
    }
}
