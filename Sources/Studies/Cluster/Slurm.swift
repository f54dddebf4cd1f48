import Core
import Foundation

/// Slurm's programs, as a person would call them.
package struct Slurm: Sendable {
    /// A task of a job array, or a job, and what Slurm says of it.
    package struct Task: Sendable, Equatable {
        /// `12_3`, or `12`.
        package let name: String
        /// `PENDING`, `RUNNING`, `FAILED` and so on.
        package let state: String
        /// Why it waits, or ended: `Dependency`, `NonZeroExitCode`.
        package let reason: String
        package let node: String
    }

    /// Folders in which its programs are looked for, as `PATH` has them.
    private let path: String

    package init(path: String? = nil) {
        self.path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
    }

    /// Whether its programs are on the path.
    package var isHere: Bool { find("sbatch") != nil }

    /// MaxArraySize of a cluster whose slurm.conf says nothing of it (slurm.conf(5)).
    package static let usualArrayLimit = 1001

    /// Most stages of one array.
    ///
    /// - Throws: `StudyError` where Slurm is not here, or takes no arrays.
    package func arrayLimit() throws -> Int {
        let said = try call("scontrol", ["show", "config"]).output
        let line = said.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
        guard let limit = line?.split(separator: "=").last.flatMap({ Int($0.filter(\.isNumber)) })
        else { throw StudyError("scontrol show config: says no MaxArraySize. Is this Slurm?") }
        guard limit > 0 else {
            throw StudyError("this cluster takes no job arrays (MaxArraySize=0 in its slurm.conf)")
        }
        return limit
    }

    /// Hands a script over.
    ///
    /// - Parameters:
    ///   - jobs: what must have ended well before.
    ///   - ended: what must have ended.
    /// - Returns: the job's number.
    /// - Throws: `StudyError` with what sbatch said.
    func submit(
        _ script: URL, after jobs: [String], ended: [String] = []
    ) throws -> String {
        let dependency = JobScript.after(jobs, ended: ended).split(separator: " ").map(String.init)
        let answer = try call("sbatch", ["--parsable"] + dependency + [script.path])
        // `12`, or `12;cluster`
        let job = answer.output.split(whereSeparator: { $0 == ";" || $0.isNewline }).first ?? ""
        guard !job.isEmpty, job.allSatisfy(\.isNumber) else {
            throw StudyError(
                "sbatch \(script.path): gave no number of a job, but '\(answer.output)'")
        }
        return String(job)
    }

    /// What Slurm knows of some tasks, by their names; nil where it cannot be asked here.
    package func tasks(_ names: [String]) -> [String: Task]? {
        guard !names.isEmpty else { return [:] }
        guard find("squeue") != nil,
            // Of jobs that ended long ago nothing is known any more, which is no failure.
            let queued = try? call(
                "squeue", ["--noheader", "--states=all", "--format=%i|%T|%r|%N", Self.jobs(names)],
                accepts: { $0.contains("Invalid job id") })
        else { return nil }
        var found: [String: Task] = [:]
        for task in Self.parse(queued.output) { found[task.name] = task }
        let gone = names.filter { found[$0] == nil }
        // Only clusters that keep accounts can tell of these.
        let ended =
            gone.isEmpty
            ? nil
            : try? call(
                "sacct",
                [
                    "--noheader", "--parsable2", "--allocations", "--array",
                    "--format=JobID,State,Reason,NodeList", Self.jobs(gone),
                ])
        for task in Self.parse(ended?.output ?? "") where found[task.name] == nil {
            found[task.name] = task
        }
        return found
    }

    private static func jobs(_ names: [String]) -> String {
        let jobs = Set(names.map { String($0.prefix { $0 != "_" }) })
        return "--jobs=" + jobs.sorted().joined(separator: ",")
    }

    /// Lines of squeue and sacct: `12_[4-6,9%2]|PENDING|Resources|`, `12_3|CANCELLED by 0|None|node7`.
    static func parse(_ text: String) -> [Task] {
        text.split(separator: "\n").flatMap { line -> [Task] in
            let words = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard words.count == 4, !words[0].isEmpty else { return [] }
            let state = String(words[1].prefix { $0 != " " })
            return names(words[0]).map {
                Task(name: $0, state: state, reason: words[2], node: words[3])
            }
        }
    }

    /// `12_[4-6,9%2]` is `12_4`, `12_5`, `12_6`, `12_9`.
    private static func names(_ text: String) -> [String] {
        guard let open = text.firstIndex(of: "["), let end = text.firstIndex(of: "]") else {
            return [text]
        }
        let job = text[..<open]
        let list = text[text.index(after: open)..<end].prefix { $0 != "%" }
        return list.split(separator: ",").flatMap { part -> [String] in
            // `4-10:2`: every second.
            let (range, step) = (
                part.prefix { $0 != ":" }, part.split(separator: ":").dropFirst().first
            )
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let low = ends.first, let high = ends.last, low <= high, high < 1 << 24 else {
                return []
            }
            return stride(from: low, through: high, by: max(1, step.flatMap { Int($0) } ?? 1)).map {
                "\(job)\($0)"
            }
        }
    }
}

extension Slurm {
    /// A program on the path; nil where it is not there.
    private func find(_ name: String) -> URL? {
        path.split(separator: ":").lazy
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// Runs a program to its end.
    ///
    /// - Parameter accepts: whether a failure with these words is none.
    private func call(
        _ name: String, _ arguments: [String], accepts: (String) -> Bool = { _ in false }
    ) throws -> (output: String, error: String) {
        guard let program = find(name) else {
            throw StudyError(
                "\(name) is not on the path. Call this where jobs can be submitted from, a login "
                    + "node of a Slurm cluster")
        }
        let process = Process()
        (process.executableURL, process.arguments) = (program, arguments)
        // Lists of tasks are not cut off.
        process.environment = ProcessInfo.processInfo.environment
            .merging(["SLURM_BITSTR_LEN": "0"]) { $1 }
        let (output, error) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, error)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        nonisolated(unsafe) var said = Data()
        let finished = DispatchGroup()
        finished.enter()
        DispatchQueue.global().async {
            said = error.fileHandleForReading.readDataToEndOfFile()
            finished.leave()
        }
        let result = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        finished.wait()
        process.waitUntilExit()
        let words = String(decoding: said, as: UTF8.self)
            .split(whereSeparator: \.isNewline).joined(separator: "; ")
        guard process.terminationStatus == 0 || accepts(words) else {
            throw StudyError(
                "\(name) \(arguments.joined(separator: " ")): status \(process.terminationStatus)"
                    + (words.isEmpty ? "" : ": \(words)"))
        }
        return (result, words)
    }
}
