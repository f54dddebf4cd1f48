import Core
import Foundation
import Studies
import TableStudy

/// How far the table study is, on the screen of the command that runs it.
final class TableScreen: @unchecked Sendable {
    private let lock = NSLock()
    private let screen: WorkScreen
    private let begun = Date()
    private var phase: (name: String, begun: Date) = ("", Date())

    init(on screen: WorkScreen) { self.screen = screen }

    /// Shows what was just finished; cheap when called often, from any thread.
    func show(_ progress: StudyProgress) {
        lock.withLock {
            if phase.name != progress.phase { phase = (progress.phase, Date()) }
            let now = Date()
            let (spent, own) = (now.timeIntervalSince(begun), now.timeIntervalSince(phase.begun))
            screen.show {
                var part = WorkScreen.Part(
                    words: "table: \(progress.done)/\(progress.total) \(progress.phase)")
                part.spent = spent
                part.workers = [progress.detail]
                // The first piece to end says nothing of the others at work beside it.
                if own > 0, progress.done > 0 {
                    part.left = own * Double(progress.total - progress.done) / Double(progress.done)
                }
                return part
            }
        }
    }

    /// Leaves one line.
    func finish() {
        let seconds = Date().timeIntervalSince(begun)
        screen.close(seconds, "table    done in \(Clock.text(seconds))")
    }
}
