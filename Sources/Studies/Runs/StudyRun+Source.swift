import Core
import Foundation
import Torch
import Training

extension StudyRun {
    /// Reads pictures and weights, and plans every stage; trains nothing.
    package init(
        _ study: Study, _ source: StudySource, only: String? = nil, folder: URL, device: Device,
        isDry: Bool = false, _ host: StudyHost
    ) throws {
        let data = try source.read(study, host)
        try self.init(
            study, data, source.starts(study, host), only: only, folder: folder, device: device,
            isDry: isDry, note: host.note)
    }

    /// Does every stage that is open: in this process, or in `jobs` of its own.
    ///
    /// - Parameter onChange: told where the work is, an item a worker.
    /// - Throws: what `interrupted()` says when stopped; `StudyError` when a worker failed.
    package func work(
        jobs: Int, _ source: StudySource, _ host: StudyHost,
        onChange: @escaping ([WorkerProgress]) -> Void
    ) throws {
        if isDone { return }
        do {
            if jobs > 1 {
                let threads = threads(jobs: jobs)
                try StudyWorkers(self, jobs: jobs).run(
                    isCancelled: host.isCancelled,
                    start: { try launch(host.program, threads: threads, source) },
                    onChange: onChange)
            } else {
                try work(isCancelled: host.isCancelled, onChange: { onChange([$0]) })
            }
        } catch let stop where stop is StudyStopped || stop is Interrupted {
            throw interrupted()
        }
    }

    /// The program again, as a worker.
    private func launch(_ program: URL, threads: Int, _ source: StudySource) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments =
            [
                "study", studyFile.path, "--out", folder.path, "--worker", "--threads",
                "\(threads)", "--device", "\(device)",
            ] + (use?.recordsSteps == true ? ["--cuda-graph"] : [])
            + source.arguments(files) + (only.map { ["--only", $0] } ?? [])
        process.standardOutput = FileHandle.standardError
        try process.run()
        return process
    }
}
