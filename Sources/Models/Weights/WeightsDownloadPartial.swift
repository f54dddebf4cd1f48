import Foundation

/// The part of a file that has come so far, held by one process at a time.
///
/// The lock is the open file's: a curl that writes into it goes on holding it should this process be
/// killed.
final class WeightsDownloadPartial {
    let url: URL
    private var descriptor: Int32

    /// What curl writes into, at the end.
    var handle: FileHandle { FileHandle(fileDescriptor: descriptor, closeOnDealloc: false) }

    /// Bytes in the file.
    var count: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// What a person may count on after a stop.
    ///
    /// - Parameter total: bytes of the whole file, where they are known.
    func kept(_ total: Int?) -> String {
        guard count > 0 else { return "nothing has come yet" }
        let all = total.map { " of \($0)" } ?? ""
        return "\(count)\(all) bytes are kept, and the same command goes on from there"
    }

    /// Opens or makes the file, waiting while another process holds it.
    ///
    /// - Throws: `OfficialWeightsError` when the folder refuses, or the wait was cancelled.
    init(_ url: URL, isCancelled: () -> Bool) throws {
        self.url = url
        descriptor = try Self.openLocked(url, isCancelled)
    }

    deinit { release() }

    /// Lets other processes have the file; nothing may be written after.
    func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// A file that was renamed or deleted while this process waited for it is not the one any more.
    private static func openLocked(_ url: URL, _ isCancelled: () -> Bool) throws -> Int32 {
        while true {
            let descriptor = open(
                url.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard descriptor >= 0 else { throw refused(url, errno) }
            let isHeldElsewhere =
                flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
            if !isHeldElsewhere, isSameFile(descriptor, url.path) { return descriptor }
            close(descriptor)
            if isCancelled() {
                throw OfficialWeightsError(
                    .interrupted, "interrupted while another process was fetching it")
            }
            if isHeldElsewhere { usleep(200_000) }
        }
    }

    private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
        var (held, named) = (stat(), stat())
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0 else { return false }
        return held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }

    /// Takes off what comes after the first `count` bytes.
    func cut(to count: Int) throws {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.refused(url, errno) }
    }

    /// Gives the file its name, on disk before it is seen.
    func finish(as target: URL) throws {
        guard fsync(descriptor) == 0, rename(url.path, target.path) == 0 else {
            throw Self.refused(target, errno)
        }
    }

    /// Removes the file.
    func discard() {
        unlink(url.path)
    }

    private static func refused(_ file: URL, _ code: Int32) -> OfficialWeightsError {
        let advice =
            code == ENOSPC || code == EDQUOT
            ? "Free some space and run the same command again: it goes on from there"
            : "Name another cache folder with WINNOW_CACHE=FOLDER"
        return OfficialWeightsError(
            .storage,
            "\(file.path) cannot be written (\(String(cString: strerror(code)))). \(advice)")
    }
}
