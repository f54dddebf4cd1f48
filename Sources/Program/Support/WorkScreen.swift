import Core
import Foundation

/// How far a command of several parts is: on a terminal one bar for the whole with the time left, and a
/// line for each worker; in a log a plain line now and then.
final class WorkScreen: @unchecked Sendable {
    private let lock = NSLock()
    private var shown = 0
    private var lastShown = Date.distantPast
    private var lastLine = ""
    /// Seconds that the parts before took.
    private var earlier = 0.0
    /// Seconds that the parts to come will take, as far as is known.
    private var later = 0.0

    /// Seconds between two looks.
    private static let pause = Console.isTerminal ? 0.4 : 30

    /// How far the part is that runs now.
    struct Part {
        /// `46/104 stages`
        let words: String
        /// Seconds of work that are done, and that are left; nil while that is not known.
        var spent = 0.0
        var left: Double?
        /// One line a worker.
        var workers: [String] = []
    }

    /// What is known of the time that other parts take.
    func expect(later seconds: Double) {
        lock.withLock { later = seconds }
    }

    /// The part that ran is over, after `seconds`.
    func close(_ seconds: Double, _ summary: String) {
        lock.withLock {
            earlier += seconds
            clear()
            Console.note("  " + summary)
        }
    }

    /// Shows where the work is, unless that was done a moment ago.
    ///
    /// - Parameter part: asked only when it is shown.
    func show(_ part: () -> Part) {
        lock.withLock {
            let now = Date()
            guard now.timeIntervalSince(lastShown) >= Self.pause else { return }
            lastShown = now
            draw(part())
        }
    }

    private func draw(_ part: Part) {
        let left = part.left.map { $0 + later }
        let spent = earlier + part.spent
        let share = left.map { spent + $0 > 0 ? spent / (spent + $0) : 1 }
        let time = left.map { "\(Clock.text($0)) left" } ?? "timing"
        guard Console.isTerminal else {
            let percent = share.map { "\(Int(100 * $0))%  " } ?? ""
            let line =
                "  "
                + ([percent + time, part.words] + part.workers.prefix(1))
                .joined(separator: "  ")
            if line != lastLine { Console.note(line) }
            lastLine = line
            return
        }
        clear()
        let lines =
            ["\(Console.bar(share ?? 0))  \(time)  \(part.words)"] + part.workers.map { "  " + $0 }
        let width = max(20, Console.width - 3)
        for line in lines { Console.draw("  " + String(line.prefix(width)) + "\n") }
        shown = lines.count
    }

    private func clear() {
        guard Console.isTerminal, shown > 0 else { return }
        Console.draw("\u{1B}[\(shown)A\u{1B}[J")
        shown = 0
    }
}
