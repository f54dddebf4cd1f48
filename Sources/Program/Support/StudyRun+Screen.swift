import Core
import Foundation
import Studies
import Torch
import Training

extension StudyRun {
    /// Reads pictures and weights, and plans every stage; trains nothing.
    init(
        _ study: Study, _ source: StudySource, only: String? = nil, folder: URL, device: Device,
        isQuiet: Bool
    ) throws {
        let data = try source.read(study, isQuiet: isQuiet)
        try self.init(
            study, data, source.starts(study), only: only, folder: folder, device: device)
    }

    /// Does every stage that is open, in sight: in this process, or in `jobs` of its own.
    func work(
        jobs: Int, machine: MachineOptions, _ source: StudySource,
        on screen: WorkScreen = WorkScreen()
    ) throws {
        if isDone { return }
        let threads = max(1, Runtime.threads / jobs)
        let screen = StudyScreen(self, on: screen, workers: jobs, threads: threads)
        do {
            if jobs > 1 {
                try StudyWorkers(self, jobs: jobs).run(
                    isCancelled: { Interruption.isRequested },
                    start: {
                        try launch(threads: threads, device: machine.device, source)
                    }, onChange: { screen.show($0) })
            } else {
                try work(
                    isCancelled: { Interruption.isRequested }, onChange: { screen.show([$0]) })
            }
            screen.finish()
        } catch let stop where stop is StudyStopped || stop is Interrupted {
            screen.finish()
            throw interrupted()
        } catch {
            screen.finish()
            throw error
        }
    }

    /// This program again, as a worker.
    private func launch(threads: Int, device: String, _ source: StudySource) throws -> Process {
        let process = Process()
        process.executableURL = Winnow.file
        process.arguments =
            [
                "study", studyFile.path, "--out", folder.path, "--worker", "--threads",
                "\(threads)", "--device", device,
            ] + source.arguments(files) + (only.map { ["--only", $0] } ?? [])
        process.standardOutput = FileHandle.standardError
        try process.run()
        return process
    }

    /// Every stage, done or not, and how long the rest may take.
    func list(jobs: Int) throws {
        for item in items {
            let row = [
                String(item.stage.id.prefix(12)), store.isDone(item.stage) ? "done" : "open",
                item.label,
            ]
            print(row.joined(separator: "  "))
        }
        print(try overview(jobs: jobs))
    }

    /// `369 stages, 12 done; about 15:32 left on 2 threads (by a training step just timed)`.
    func overview(jobs: Int) throws -> String {
        let standing = try standing(jobs: jobs)
        let threads = Runtime.threads
        return "\(items.count) stages, \(standing.done) done; about "
            + "\(Console.clock(standing.left ?? .infinity)) left on \(threads) "
            + "\(threads == 1 ? "thread" : "threads")"
            + (standing.left == 0 ? "" : " (\(standing.basis.rawValue))")
    }

    /// Measures costs and writes the records, which one line names.
    ///
    /// - Parameter synthetic: what every result must say of pictures that were made; nil for others.
    func finishInSight(synthetic: String? = nil) throws -> StudyFindings {
        let (findings, files) = try finish(synthetic: synthetic)
        Console.note("  records  \(folder.path)/: \(files.joined(separator: ", "))")
        return findings
    }
}
