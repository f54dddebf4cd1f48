import Core
import Formats
import Foundation

/// The part of a file that has come so far, held by one process at a time.
///
/// Beside `<file>.partial` lies `<file>.partial.json` with its origin, so that a later run can ask the
/// server to go on only if it still holds the same file (RFC 9110, 13.1.5 If-Range).
final class WeightsDownloadPartial {
    /// Where the bytes came from.
    struct Origin: Codable, Equatable {
        let url: String
        /// A strong ETag, else Last-Modified; nil when the server gave neither.
        let validator: String?
    }

    let url: URL
    /// Bytes in the file.
    private(set) var count: Int
    /// Where they came from, when that is known.
    private(set) var origin: Origin?
    private var descriptor: Int32

    private var originFile: URL { Self.originFile(url) }

    private static func originFile(_ url: URL) -> URL { URL(fileURLWithPath: url.path + ".json") }

    /// Opens or makes the file, waiting while another process holds it.
    ///
    /// - Throws: `OfficialWeightsError` when the folder refuses, or the wait was cancelled.
    init(_ url: URL, isCancelled: () -> Bool) throws {
        self.url = url
        descriptor = try Self.openLocked(url, isCancelled)
        count = max(0, Int(lseek(descriptor, 0, SEEK_END)))
        origin = count == 0 ? nil : Self.readOrigin(Self.originFile(url))
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
            let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
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

    private static func readOrigin(_ file: URL) -> Origin? {
        guard let data = try? FileBytes.open(file, limit: 1 << 16) else { return nil }
        return try? JSONDecoder().decode(Origin.self, from: data)
    }

    /// Adds bytes at the end.
    func append(_ data: Data) throws {
        try data.withUnsafeBytes { bytes in
            var rest = bytes
            while let start = rest.baseAddress, !rest.isEmpty {
                let written = write(descriptor, start, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw Self.refused(url, written == 0 ? ENOSPC : errno) }
                count += written
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }

    /// Drops what is there; the next bytes come from `origin`.
    func startAnew(_ origin: Origin) throws {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw Self.refused(url, errno)
        }
        count = 0
        self.origin = origin
        do {
            try AtomicFile.write(CanonicalJSON.line.encode(origin), to: originFile)
        } catch {
            throw OfficialWeightsError(.storage, "\(error)")
        }
    }

    /// Gives the file its name, on disk before it is seen.
    func finish(as target: URL) throws {
        guard fsync(descriptor) == 0, rename(url.path, target.path) == 0 else {
            throw Self.refused(target, errno)
        }
        unlink(originFile.path)
    }

    /// Removes the file.
    func discard() {
        unlink(url.path)
        unlink(originFile.path)
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
