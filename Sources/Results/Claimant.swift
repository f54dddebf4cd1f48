import Foundation

/// Who holds a claim: what the name of its file says (`ResultLock`).
package struct Claimant: Sendable, Hashable {
    package let host: String
    /// One run of a machine's kernel and one numbering of its processes: where process numbers mean the same. Two
    /// machines, or two containers, may have one host name.
    package let place: String
    package let pid: Int32
    /// When the process began, in ticks of the kernel's clock: process numbers come again.
    package let began: UInt64
    /// Slurm's job or task, `12` or `12_3`; empty outside of one.
    package let job: String
    /// No two claims of a process are called the same.
    let serial: UInt64

    /// A claim of this process that is to be made.
    static func own() -> Claimant {
        Claimant(
            host: ThisProcess.host, place: ThisProcess.place, pid: getpid(),
            began: ThisProcess.began, job: ThisProcess.job, serial: ThisProcess.next())
    }

    /// `node7+3f2a9c1e-4026531836+4711+88123+12_3+5`
    package var name: String { "\(host)+\(place)+\(pid)+\(began)+\(job)+\(serial)" }

    /// nil for what is no claim's name.
    init?(_ name: String) {
        let parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, let pid = Int32(parts[2]), pid > 0, let began = UInt64(parts[3]),
            let serial = UInt64(parts[5])
        else { return nil }
        self.init(
            host: parts[0], place: parts[1], pid: pid, began: began, job: parts[4], serial: serial)
    }

    package init(
        host: String, place: String, pid: Int32, began: UInt64, job: String, serial: UInt64
    ) {
        (self.host, self.place, self.pid) = (host, place, pid)
        (self.began, self.job, self.serial) = (began, job, serial)
    }

    /// Whether its process runs; nil where that cannot be told from here.
    package var isRunning: Bool? {
        guard place == ThisProcess.place else { return nil }
        guard kill(pid, 0) == 0 || errno == EPERM else { return false }
        // Neither a process that has ended and that nobody has asked about, nor another with its number.
        guard let known = ProcessFacts(pid) else { return true }
        return !known.hasEnded && known.began == began
    }

    /// `process 4711 on node7, job 12_3`
    package var words: String {
        "process \(pid) on \(host)" + (job.isEmpty ? "" : ", job \(job)")
    }
}

/// What this process is called in claims.
package enum ThisProcess {
    package static let host: String = {
        // Not asked of the network, as `ProcessInfo.hostName` may be.
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, 255) == 0 else { return "unknown" }
        let name = String(
            decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return String(name.prefix(64).map { $0 == "+" || $0 == "/" ? "-" : $0 })
    }()

    /// Where nothing names the kernel's run, a place that no other process is at: then heartbeats tell.
    package static let place: String = {
        let kernel = try? String(
            contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let numbers = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/ns/pid")
        guard let kernel, let numbers else { return "\(getpid())-\(UInt32.random(in: 0 ... .max))" }
        return kernel.prefix(8) + "-" + numbers.filter(\.isNumber)
    }()

    static let began = ProcessFacts(getpid())?.began ?? 0

    package static let job: String = {
        let all = ProcessInfo.processInfo.environment
        let task = all["SLURM_ARRAY_TASK_ID"].map { "_\($0)" } ?? ""
        let job = all["SLURM_ARRAY_JOB_ID"] ?? all["SLURM_JOB_ID"] ?? ""
        return String((job + task).filter { $0.isNumber || $0 == "_" }.prefix(40))
    }()

    private static let lock = NSLock()
    nonisolated(unsafe) private static var count: UInt64 = 0

    static func next() -> UInt64 {
        lock.withLock {
            count += 1
            return count
        }
    }
}

/// What the kernel says of a process; nil where it does not say it in `/proc`.
private struct ProcessFacts {
    let hasEnded: Bool
    let began: UInt64

    init?(_ pid: Int32) {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return nil }
        let words = text[text.index(after: name)...].split(separator: " ")
        guard words.count > 19, let began = UInt64(words[19]) else { return nil }
        (hasEnded, self.began) = (words[0] == "Z" || words[0] == "X", began)
    }
}
