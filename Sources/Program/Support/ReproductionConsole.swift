import Reproduction
import Studies
import TableStudy

/// A reproduction at work, on the console: one bar for the whole.
final class ReproductionConsole: ReproductionScreen, @unchecked Sendable {
    private let work = WorkScreen()
    private let facesLine = ProgressLine("faces", unit: "pictures")
    // One part runs at a time; each has a lock of its own.
    private var study: StudyScreen?
    private var table: TableScreen?

    func faces(_ done: Int, of total: Int) { facesLine.update(done, of: total) }
    func endFaces() { facesLine.finish() }
    func expect(later seconds: Double) { work.expect(later: seconds) }

    func begin(_ run: StudyRun, workers: Int, threads: Int) {
        study = StudyScreen(run, on: work, workers: workers, threads: threads)
    }
    func show(_ workers: [WorkerProgress]) { study?.show(workers) }
    func endStudy() { study?.finish() }

    func beginTable() { table = TableScreen(on: work) }
    func show(_ progress: StudyProgress) { table?.show(progress) }
    func endTable() { table?.finish() }
}
