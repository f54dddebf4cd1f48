import Foundation
import Results

/// What was handed to Slurm at one time: `jobs/<number>/submission.json`, written anew after each script.
package struct SubmissionRecord: Codable, Sendable {
    /// A script that was handed over.
    package struct Script: Codable, Sendable {
        /// `level-2`, whose script and list have this name; `finish`.
        package let name: String
        /// Stages; 0 for `finish`.
        package let tasks: Int
        /// Slurm's number; nil before it was handed over.
        package internal(set) var job: String?
    }

    package let study: String
    package internal(set) var scripts: [Script]

    private static func jobs(_ root: URL) -> URL { root.appendingPathComponent("jobs") }

    static func folder(_ number: Int, _ root: URL) -> URL {
        jobs(root).appendingPathComponent("\(number)")
    }

    private static func numbers(_ root: URL) -> [Int] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: jobs(root).path)
        return (names ?? []).compactMap { Int($0) }.sorted()
    }

    /// The folder of a submission that is none yet.
    static func next(_ root: URL) -> URL { folder((numbers(root).last ?? 0) + 1, root) }

    func write(_ folder: URL) throws {
        try StageStore.write(self, to: folder.appendingPathComponent("submission.json"))
    }

    /// The tasks that stages were last submitted as, `12_3`, and the numbers of all jobs.
    static func tasks(_ root: URL) throws -> (byStage: [String: String], jobs: [String]) {
        var (tasks, jobs) = ([String: String](), [String]())
        for number in numbers(root) {
            let folder = folder(number, root)
            let file = folder.appendingPathComponent("submission.json")
            // Killed before it was written: nothing was handed over.
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            for script in try StageStore.read(SubmissionRecord.self, from: file).scripts {
                guard let job = script.job else { continue }
                jobs.append(job)
                guard script.tasks > 0 else { continue }
                let list = try Data(
                    contentsOf: folder.appendingPathComponent("\(script.name).txt"))
                for (index, line) in list.split(separator: UInt8(ascii: "\n")).enumerated() {
                    tasks[String(decoding: line.prefix(64), as: UTF8.self)] = "\(job)_\(index)"
                }
            }
        }
        return (tasks, jobs)
    }
}
