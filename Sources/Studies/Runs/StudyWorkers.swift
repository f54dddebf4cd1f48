import Core
import Foundation

/// Processes that do a study's stages side by side, each with its share of the threads.
package struct StudyWorkers {
    private let study: StudyRun
    private let jobs: Int

    package init(_ run: StudyRun, jobs: Int) {
        study = run
        self.jobs = jobs
    }

    /// Returns when every stage is done.
    ///
    /// - Parameters:
    ///   - isCancelled: asked three times a second; true ends the processes, which keep what they have.
    ///   - start: starts one process, which calls `StudyRun.work(isCancelled:onChange:)` on the same
    ///     study and folder.
    ///   - onChange: told where the processes are.
    /// - Throws: `StudyStopped` when stopped; `StudyError` when a process failed.
    package func run(
        isCancelled: () -> Bool, start: () throws -> Process,
        onChange: ([WorkerProgress]) -> Void
    ) throws {
        let workers = try (0..<jobs).map { _ in try start() }
        var isTold = false
        while workers.contains(where: \.isRunning) {
            usleep(300_000)
            if isCancelled(), !isTold {
                isTold = true
                for worker in workers where worker.isRunning { worker.terminate() }
            }
            let own = Set(workers.map(\.processIdentifier))
            onChange(study.store.workers().filter { own.contains($0.pid) })
        }
        if isCancelled() { throw StudyStopped() }
        let failed = workers.filter {
            $0.terminationStatus != 0 || $0.terminationReason == .uncaughtSignal
        }
        if !study.isDone {
            throw StudyError(
                "\(failed.count) of \(jobs) workers failed (see above); \(study.estimate.done) of "
                    + "\(study.items.count) stages are safe. Run the same command to go on")
        }
    }
}
