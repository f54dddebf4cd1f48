import Foundation
import Studies

/// One progress line for each phase of a study, begun when the phase is.
final class PhaseLines: @unchecked Sendable {
    private let lock = NSLock()
    private let units: [String: String]
    private var current: (phase: String, line: ProgressLine)?

    /// - Parameter units: what is counted in each phase.
    init(units: [String: String]) { self.units = units }

    func update(_ progress: StudyProgress) {
        line(progress.phase).update(progress.done, of: progress.total, progress.detail)
    }

    /// Ends the last line.
    func finish() {
        lock.withLock { current?.line.finish() }
    }

    private func line(_ phase: String) -> ProgressLine {
        lock.withLock {
            if let current, current.phase == phase { return current.line }
            current?.line.finish()
            let line = ProgressLine(phase, unit: units[phase] ?? "")
            current = (phase, line)
            return line
        }
    }
}
