import Core
import Foundation
import Studies
import Torch

/// Worker processes of a study: this program again, each with its share of the threads.
struct StudyWorkers {
    private let study: StudyRun
    private let jobs: Int
    private let machine: MachineOptions
    private let screen: WorkScreen

    init(_ run: StudyRun, jobs: Int, machine: MachineOptions, on screen: WorkScreen) {
        self.study = run
        self.screen = screen
        self.jobs = jobs
        self.machine = machine
    }

    /// Returns when every stage is done.
    ///
    /// - Throws: `StudyError` when interrupted, or when a worker failed.
    func run() throws {
        let threads = max(1, Runtime.threads / jobs)
        let workers = try (0..<jobs).map { _ in try start(threads: threads) }
        let screen = StudyScreen(study, on: screen, workers: jobs, threads: threads)
        let store = try StageStore(study.folder)
        var isTold = false
        while workers.contains(where: \.isRunning) {
            usleep(300_000)
            if Interruption.isRequested, !isTold {
                isTold = true
                for worker in workers where worker.isRunning { worker.terminate() }
            }
            let own = Set(workers.map(\.processIdentifier))
            screen.show(store.workers().filter { own.contains($0.pid) })
        }
        screen.finish()
        if Interruption.isRequested { throw study.interrupted() }
        let failed = workers.filter {
            $0.terminationStatus != 0 || $0.terminationReason == .uncaughtSignal
        }
        if !study.isDone {
            throw StudyError(
                "\(failed.count) of \(jobs) workers failed (see above); \(study.estimate.done) of "
                    + "\(study.items.count) stages are safe. Run the same command to go on")
        }
    }

    private func start(threads: Int) throws -> Process {
        let process = Process()
        process.executableURL = Winnow.file
        process.arguments =
            [
                "study", study.studyFile.path, "--out", study.folder.path, "--worker", "--threads",
                "\(threads)", "--device", machine.device,
            ] + study.source.arguments(study.files)
            + (study.only.map { ["--only", $0] } ?? [])
        process.standardOutput = FileHandle.standardError
        try process.run()
        return process
    }
}
