import Core
import Foundation

/// What tells one list of picture files from another, and their state on disk, unread.
struct PictureListing {
    let root: String
    let classes: [String]
    let files: [LabelledFile]

    /// SHA-256 of how pictures are prepared and of every file's name and class: what a picture file
    /// holds, but for the contents.
    func name(_ preprocessing: Preprocessing) -> String {
        let shape = [preprocessing.height, preprocessing.width, preprocessing.shorterSide ?? 0]
        var hash = ContentHash()
        hash.update("\(preprocessing.resize.rawValue) \(shape)\n")
        for file in files { hash.update("\(file.file)\0\(classes[file.label])\n") }
        return hash.hex
    }

    /// SHA-256 of every file's size and times (of its content and of its entry): while they stay, the
    /// content is taken to stay, as git does.
    func state(threads: Int) -> String {
        let count = files.count
        let stamps = [Stamp](unsafeUninitializedCapacity: count) { buffer, filled in
            buffer.initialize(repeating: Stamp())
            nonisolated(unsafe) let slots = buffer
            Parallel(threads: threads).forEach(count, grain: 1024) { index in
                slots[index] = Stamp(FolderListing.join(root, files[index].file))
            }
            filled = count
        }
        return stamps.withUnsafeBytes(ContentHash.sha256)
    }

    /// Size and times of a file, in bytes and nanoseconds; -1 where it cannot be looked at.
    private struct Stamp {
        var size: Int64 = -1
        var modified: Int64 = -1
        var changed: Int64 = -1

        init() {}

        init(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return }
            size = Int64(status.st_size)
            #if os(Linux)
                let (written, entry) = (status.st_mtim, status.st_ctim)
            #else
                let (written, entry) = (status.st_mtimespec, status.st_ctimespec)
            #endif
            modified = Self.nanoseconds(written)
            changed = Self.nanoseconds(entry)
        }

        private static func nanoseconds(_ time: timespec) -> Int64 {
            Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
        }
    }
}
