import ArgumentParser
import Core
import Foundation
import Studies

/// Times what a study of many stages costs before and beside its work (docs/scale.md).
struct MeasureSchedulerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-scheduler",
        abstract:
            "Seconds to plan, submit and watch a study of many stages, none of which is done.",
        shouldDisplay: false)

    @Option(help: "Stages, at least; at most 200000.")
    var stages = 100_000
    @Option(help: "An empty folder to write into (default: a temporary one, removed).")
    var folder: String?

    private struct Result: Encodable {
        let times: SchedulerTrial.Times
        let done: Int
        let running: Int
        let queued: Int
        /// Bytes of memory that the process has taken at most.
        let peakBytes: Int
    }

    func validate() throws {
        guard (1...200_000).contains(stages) else {
            throw ValidationError("--stages must be 1 to 200000, got \(stages)")
        }
    }

    func run() throws {
        let place =
            folder.map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
        defer { if folder == nil { try? FileManager.default.removeItem(at: place) } }
        let found = try SchedulerTrial.run(stages: stages, in: place)
        let standing = found.standing
        Output.line(
            try CanonicalJSON.line.text(
                Result(
                    times: found.times, done: standing.done, running: standing.running.count,
                    queued: standing.queued.count, peakBytes: MeasureListingCommand.peakBytes())))
    }
}
