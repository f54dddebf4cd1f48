import Foundation

/// Tells others that this process is alive: the times of its claims' files are set again and again.
final class Heartbeat: @unchecked Sendable {
    static let shared = Heartbeat()

    /// Seconds without a beat after which a process that cannot be asked for is taken to be gone: more than a file
    /// server takes to come back, and than attributes are cached (60 s). `WINNOW_STALE_SECONDS` sets another number,
    /// at least 6, for all that share a folder.
    static let longest: Double = {
        let said = ProcessInfo.processInfo.environment["WINNOW_STALE_SECONDS"].flatMap(Double.init)
        return max(6, said.flatMap { $0.isFinite ? $0 : nil } ?? 180)
    }()
    /// Seconds between two beats.
    static let pause = UInt32(longest / 6)

    private let lock = NSLock()
    private var paths: Set<String> = []
    private var isBeating = false

    func begin(_ path: String) {
        lock.withLock {
            paths.insert(path)
            guard !isBeating else { return }
            isBeating = true
            Thread.detachNewThread { [self] in
                while true {
                    sleep(Self.pause)
                    for path in lock.withLock({ paths }) { Self.beat(path) }
                }
            }
        }
    }

    func end(_ path: String) { lock.withLock { _ = paths.remove(path) } }

    /// Sets a file's time to now, by the clock of its file system.
    @discardableResult
    static func beat(_ path: String) -> Bool { utimes(path, nil) == 0 }

    /// When a file last beat, by the clock of its file system; nil where it is gone.
    static func last(_ path: String) -> Double? {
        // Opened, not looked at: what is known of the file is then asked again over NFS.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        return fstat(descriptor, &status) == 0 ? seconds(status) : nil
    }

    /// Now, by the clock of a folder's file system, asked once: a file is written there and removed. The clock of this
    /// machine where none can be.
    final class Clock {
        private let folder: String
        private(set) lazy var now = asked() ?? Date().timeIntervalSince1970

        init(of folder: URL) { self.folder = folder.path }

        private func asked() -> Double? {
            let path = folder + "/.clock-\(Claimant.own().name)"
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { return nil }
            defer {
                close(descriptor)
                unlink(path)
            }
            var status = stat()
            guard write(descriptor, "x", 1) == 1, fsync(descriptor) == 0,
                fstat(descriptor, &status) == 0
            else { return nil }
            return Heartbeat.seconds(status)
        }
    }

    private static func seconds(_ status: stat) -> Double {
        #if os(Linux)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
