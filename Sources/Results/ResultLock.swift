import Formats
import Foundation

/// The right to work on one result: an exclusive flock(2) on a file of its own.
///
/// The kernel frees it when its holder ends, however that happens, so no lock is ever stale; the file
/// means nothing by itself. It lies outside of a result that is a folder, which is renamed when it is done.
package final class ResultLock {
    private let descriptor: Int32
    private let path: String

    private init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// The lock on a file, made where there is none; nil while another holds it.
    ///
    /// - Parameter holder: written into the file, for whoever finds it taken; see `holder(_:)`.
    /// - Throws: `FormatError` when the file cannot be opened.
    package static func take(_ file: URL, as holder: String? = nil) throws -> ResultLock? {
        while true {
            let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw refused(file, errno) }
            let lock = ResultLock(descriptor, file.path)
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                if errno == EINTR { continue }
                guard errno == EWOULDBLOCK else { throw refused(file, errno) }
                return nil
            }
            // Its last holder may have removed the file between the two calls.
            if lock.isCurrent {
                if let holder { lock.write(holder) }
                return lock
            }
        }
    }

    /// Who holds the lock on a file, as its holder said; nil where it did not.
    package static func holder(_ file: URL) -> String? {
        guard let text = try? String(contentsOf: file, encoding: .utf8), !text.isEmpty else {
            return nil
        }
        return String(text.prefix(200))
    }

    /// Words for onlookers: the lock holds without them.
    private func write(_ holder: String) {
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = Array(holder.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Frees the lock and removes its file: of a result that is done nobody asks again.
    package func retire() { unlink(path) }

    /// Whether the path still leads to the locked file.
    private var isCurrent: Bool {
        var mine = stat()
        var there = stat()
        return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0
            && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
    }

    private static func refused(_ file: URL, _ code: Int32) -> FormatError {
        FormatError(
            file: file.path, found: "cannot be locked: \(String(cString: strerror(code)))",
            expected: "a file that workers lock by flock(2)",
            advice: "Choose a folder on a local disk with `out`, or check its permissions.")
    }
}

/// Another process is at this result.
package struct ResultBusy: Error, CustomStringConvertible {
    package let name: String
    package var description: String { "another worker is at \(name.prefix(12))" }
}
