import Foundation
import Torch

/// How much work a study was, and what did it. Beside the records, which hold no times.
package struct StudyEffort: Codable, Sendable, Equatable {
    package let stages: Int
    package let trainings: Int
    /// Pictures that training steps passed over.
    package let pictures: Int
    /// Seconds of training, added over the workers.
    package let seconds: Double
    /// Threads of a worker; the most where they differ.
    package let threads: Int
    package let winnow: String
    package let libtorch: String

    init(_ plan: StudyPlan, _ store: StageStore) {
        let done = plan.items.filter { store.isDone($0.stage) }
        let timings = done.compactMap { StageTiming.read($0.stage.id, store) }
            .filter { $0.pictures > 0 }
        stages = done.count
        trainings = timings.count
        pictures = timings.map(\.pictures).reduce(0, +)
        seconds = timings.map(\.seconds).reduce(0, +)
        threads = timings.map(\.threads).max() ?? 0
        winnow = WinnowVersion.text
        libtorch = Runtime.version
    }

    /// In words, for a reader of the results.
    package var sentence: String {
        let minutes = seconds / 60
        let time =
            minutes < 90
            ? String(format: "%.1f minutes", minutes) : String(format: "%.1f hours", minutes / 60)
        return "\(trainings) trainings over \(pictures) pictures in \(time) of a worker's time, "
            + "\(threads) \(threads == 1 ? "thread" : "threads") each; \(stages) stages. "
            + "Winnow \(winnow), libtorch \(libtorch)."
    }
}

/// The program's version.
package enum WinnowVersion {
    package static let text = "0.1.0"
}
