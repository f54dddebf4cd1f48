import Core
import Foundation
import Studies

/// How far a study of pictures is, on the screen of the command that runs it.
final class StudyScreen {
    private let run: StudyRun
    private let screen: WorkScreen
    private let workers: Int
    private let threads: Int
    private let begun = Date()
    private var standing: (value: PlanEstimate.Standing, at: Date)?

    /// - Parameter threads: of each worker.
    init(_ run: StudyRun, on screen: WorkScreen, workers: Int, threads: Int) {
        self.run = run
        self.screen = screen
        self.workers = workers
        self.threads = threads
    }

    /// Shows where the workers are; cheap when called often.
    func show(_ progress: @autoclosure () -> [WorkerProgress]) {
        screen.show {
            let progress = progress()
            let standing = standing(progress)
            var part = WorkScreen.Part(
                words: "\(standing.done)/\(standing.stages) stages", left: standing.left,
                workers: progress.map(Self.line))
            if let left = standing.left, standing.share < 1 {
                part.spent = left * standing.share / (1 - standing.share)
            }
            return part
        }
    }

    /// Leaves one line: what was done, and how long it took.
    func finish() {
        let seconds = Date().timeIntervalSince(begun)
        screen.close(
            seconds,
            "study    \(run.estimate.done)/\(run.items.count) stages in \(Clock.text(seconds))")
    }

    /// One worker: `seed 0  leak-free  fine-tune  epoch 4/25  12%  acc 0.61  loss 1.12  74 pictures/s`.
    static func line(_ worker: WorkerProgress) -> String {
        if worker.epochs == 0 { return worker.label }
        var text = "\(worker.label)  epoch \(worker.epoch)/\(worker.epochs)"
        let share = worker.total > 0 ? 100 * worker.done / worker.total : 0
        text += "  \(share)%"
        if let accuracy = worker.accuracy { text += String(format: "  acc %.2f", accuracy) }
        if let loss = worker.loss { text += String(format: "  loss %.2f", loss) }
        if let rate = worker.rate { text += String(format: "  %.0f pictures/s", rate) }
        return text
    }

    /// Counting stages asks the disk: once in two seconds is enough.
    private func standing(_ progress: [WorkerProgress]) -> PlanEstimate.Standing {
        let now = Date()
        if let standing, now.timeIntervalSince(standing.at) < 2 { return standing.value }
        let value = run.estimate.standing(workers: workers, threads: threads, running: progress)
        standing = (value, now)
        return value
    }
}
