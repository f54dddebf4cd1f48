import Foundation

/// An open file, closed with its last user.
final class PictureFileHandle {
    let path: String
    let descriptor: Int32
    /// The length that the file is to have, for the error of a full disk.
    private var planned = 0

    /// Opens a file to read; nil where there is none.
    /// - Throws: `DatasetError` where there is one that cannot be opened.
    static func reading(_ path: String) throws(DatasetError) -> PictureFileHandle? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        return try PictureFileHandle(path, descriptor)
    }

    /// Opens a file to fill, made where there is none.
    static func filling(_ path: String) throws(DatasetError) -> PictureFileHandle {
        try PictureFileHandle(path, open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644))
    }

    private init(_ path: String, _ descriptor: Int32) throws(DatasetError) {
        (self.path, self.descriptor) = (path, descriptor)
        guard descriptor >= 0 else { throw failure("cannot be opened") }
    }

    deinit { close(descriptor) }

    /// The file's length in bytes.
    func count() throws(DatasetError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be looked at") }
        return Int(status.st_size)
    }

    /// Up to `count` bytes from `offset`; fewer at the end of the file.
    func read(_ count: Int, at offset: Int) throws(DatasetError) -> [UInt8] {
        var found = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(buffer)[filled...]
                let base = UnsafeMutableRawBufferPointer(rebasing: rest).baseAddress
                found = pread(descriptor, base, count - filled, off_t(offset + filled))
                if found < 0, errno == EINTR { continue }
                guard found > 0 else { return }
                filled += found
            }
        }
        guard found >= 0 else { throw failure("cannot be read") }
        return bytes
    }

    /// Writes all bytes at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(DatasetError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("cannot be written") }
            done += written
        }
    }

    /// Writes all bytes at `offset`.
    func write(_ bytes: [UInt8], at offset: Int) throws(DatasetError) {
        let written = bytes.withUnsafeBytes { bytes in
            Result { () throws(DatasetError) in try write(bytes, at: offset) }
        }
        try written.get()
    }

    /// Has the disk hold all that was written.
    func sync() throws(DatasetError) {
        guard fsync(descriptor) == 0 else { throw failure("cannot be written") }
    }

    /// Sets the file's length.
    func setCount(_ count: Int) throws(DatasetError) {
        planned = count
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw failure("cannot be written") }
    }

    /// Takes the file for this process until it is closed or its process ends.
    ///
    /// - Parameter wait: for whoever has it; otherwise false comes back at once.
    func lock(wait: Bool) throws(DatasetError) -> Bool {
        while flock(descriptor, LOCK_EX | (wait ? 0 : LOCK_NB)) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK, !wait else { throw failure("cannot be locked") }
            return false
        }
        return true
    }

    /// What the system said last, about this file.
    private func failure(_ what: String) -> DatasetError {
        let code = errno
        let full = code == ENOSPC || code == EDQUOT
        return DatasetError(
            "\(path): \(what): \(String(cString: strerror(code))). "
                + (full
                    ? "The whole file takes \(planned) bytes. Free some space and run the same "
                        + "again: it goes on where it stopped"
                    : "Check it, or name another cache folder with WINNOW_CACHE=FOLDER"))
    }
}
