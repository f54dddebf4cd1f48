import Formats
import Foundation

/// The right to work on one result, among any number of processes on any number of machines that share a folder.
///
/// A claim is a folder, `<name>.lock`, that holds one file, whose name says who holds it (`Claimant`). All that is
/// relied on is that rename(2) happens at once on the file system, as on a local disk, NFS, Lustre and the like;
/// flock(2), which is each machine's own on some of them, is not asked.
///
/// - It is made aside, its file within, and renamed into place, which fails where there is a claim: a folder takes the
///   place of an empty one, never of one that holds something.
/// - A claim whose process is gone is taken over by renaming its file to the new holder's: names never come twice,
///   so of any number that try one succeeds.
/// - It is freed by removing its file, then the folder if nobody has claimed it meanwhile.
///
/// A process of this machine is gone when the kernel says so, one of another when its file's time was not renewed for
/// `Heartbeat.longest`.
package final class ResultLock {
    private let folder: String
    private let own: String
    private var isFreed = false

    private init(_ folder: String, _ name: String) {
        (self.folder, own) = (folder, folder + "/" + name)
        Heartbeat.shared.begin(own)
    }

    deinit { retire() }

    /// The claim at a place; nil while another holds it.
    ///
    /// - Parameter holder: written into the claim, for whoever finds it taken; see `holder(_:)`.
    /// - Throws: `FormatError` when it cannot be made.
    package static func take(_ file: URL, as holder: String? = nil) throws -> ResultLock? {
        let name = Claimant.own().name
        while true {
            let isTaken: Bool
            switch look(file) {
            case .free: isTaken = try make(file, name, holder)
            case .held: return nil
            case .file:
                guard removeOld(file) else { return nil }
                isTaken = false
            case .left(let other): isTaken = takeOver(file, other, name, holder)
            }
            // A reply that was lost on its way makes a failure of a success: what is there counts.
            if isTaken || access(file.path + "/" + name, F_OK) == 0 {
                return ResultLock(file.path, name)
            }
        }
    }

    /// Whether it is this process's still: one that slept for minutes may have been taken for gone.
    package var isHeld: Bool { !isFreed && access(own, F_OK) == 0 }

    /// Frees it.
    package func retire() {
        guard !isFreed else { return }
        isFreed = true
        Heartbeat.shared.end(own)
        if unlink(own) == 0 { rmdir(folder) }
    }

    private enum State {
        case free
        case held
        /// By a process that is gone.
        case left(Claimant)
        /// A file that was locked by flock(2), as Winnow did before.
        case file
    }

    private static func look(_ file: URL) -> State {
        guard let claim = claim(file) else {
            var status = stat()
            let isFile = lstat(file.path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            return isFile ? .file : .free
        }
        return claim.isLive ? .held : .left(claim.by)
    }

    private static func make(_ file: URL, _ name: String, _ holder: String?) throws -> Bool {
        let aside = file.deletingLastPathComponent().path + "/.\(name).claim"
        guard mkdir(aside, 0o755) == 0 else { throw refused(file, errno) }
        let own = aside + "/" + name
        guard write(own, holder ?? "") else { throw refused(file, errno) }
        if rename(aside, file.path) == 0 { return true }
        let code = errno
        unlink(own)
        rmdir(aside)
        // Another claim, or an old lock, came between.
        guard [ENOTEMPTY, EEXIST, ENOTDIR].contains(code) else { throw refused(file, code) }
        return false
    }

    private static func takeOver(
        _ file: URL, _ other: Claimant, _ name: String, _ holder: String?
    ) -> Bool {
        let (old, new) = (file.path + "/" + other.name, file.path + "/" + name)
        // Before it has the new name: under that it is never seen without a beat.
        guard Heartbeat.beat(old), rename(old, new) == 0 else { return false }
        _ = write(new, holder ?? "")
        return true
    }

    /// Whether nobody holds the file, which is gone then.
    private static func removeOld(_ file: URL) -> Bool {
        let descriptor = open(file.path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0 && unlink(file.path) == 0
    }

    private static func write(_ path: String, _ text: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return bytes.isEmpty || Foundation.write(descriptor, bytes, bytes.count) == bytes.count
    }

    private static func refused(_ file: URL, _ code: Int32) -> FormatError {
        FormatError(
            file: file.path, found: "cannot be claimed: \(String(cString: strerror(code)))",
            expected: "a folder in which workers make and rename files",
            advice: "Check its permissions and free space, or choose another with `out`.")
    }
}

extension ResultLock {
    /// What is there of a claim.
    package struct Claim: Sendable {
        package let by: Claimant
        /// Whether its process is alive, as far as can be told.
        package let isLive: Bool

        package init(by: Claimant, isLive: Bool) { (self.by, self.isLive) = (by, isLive) }
    }

    /// The claim at a place; nil where there is none. Nothing is changed.
    package static func claim(_ file: URL) -> Claim? {
        claim(file, Heartbeat.Clock(of: file.deletingLastPathComponent()))
    }

    /// - Parameter clock: of the folder; one for many claims.
    static func claim(_ file: URL, _ clock: Heartbeat.Clock) -> Claim? {
        // Read over and over until it stands still: its file has another name after it was taken over.
        for _ in 0..<10 {
            let names = try? FileManager.default.contentsOfDirectory(atPath: file.path)
            guard let by = names?.lazy.compactMap({ Claimant($0) }).first else { return nil }
            if let isRunning = by.isRunning { return Claim(by: by, isLive: isRunning) }
            if let last = Heartbeat.last(file.path + "/" + by.name) {
                return Claim(by: by, isLive: clock.now - last < Heartbeat.longest)
            }
        }
        return nil
    }

    /// Who holds a claim, as its holder said, or else as its name says; nil where nobody does.
    package static func holder(_ file: URL) -> String? {
        guard let by = claim(file)?.by else { return nil }
        let text = try? String(contentsOf: file.appendingPathComponent(by.name), encoding: .utf8)
        return text.flatMap { $0.isEmpty ? nil : String($0.prefix(200)) } ?? by.words
    }
}

/// Another process is at this result.
package struct ResultBusy: Error, CustomStringConvertible {
    package let name: String
    package var description: String { "another worker is at \(name.prefix(12))" }
}
