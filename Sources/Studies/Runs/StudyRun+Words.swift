import Core
import Torch

extension StudyRun {
    /// Every stage, done or not, and how long the rest may take: a line each.
    package func list(jobs: Int) throws -> [String] {
        let lines = items.map { item in
            [
                String(item.stage.id.prefix(12)), store.isDone(item.stage) ? "done" : "open",
                item.label,
            ].joined(separator: "  ")
        }
        return lines + [try overview(jobs: jobs)]
    }

    /// `369 stages, 12 done; about 15:32 left on 2 threads (by a training step just timed)`.
    package func overview(jobs: Int) throws -> String {
        let standing = try standing(jobs: jobs)
        let threads = Runtime.threads
        return "\(items.count) stages, \(standing.done) done; about "
            + "\(Clock.text(standing.left ?? .infinity)) left on \(threads) "
            + "\(threads == 1 ? "thread" : "threads")"
            + (standing.left == 0 ? "" : " (\(standing.basis.rawValue))")
    }
}
