import Core
import Foundation

/// Progress of one piece of work: a bar on a terminal, a plain line now and then in a log.
final class ProgressLine: @unchecked Sendable {
    private let lock = NSLock()
    private let label: String
    private let unit: String
    private let start = Date()
    private var first: Int?
    private var lastShown = Date.distantPast
    private var lastLine = ""

    /// - Parameter unit: what is counted, for the rate: "pictures".
    init(_ label: String, unit: String) {
        self.label = label
        self.unit = unit
    }

    /// Shows how far the work is; cheap when called often.
    func update(_ done: Int, of total: Int, _ detail: String = "") {
        lock.lock()
        defer { lock.unlock() }
        let begun = first ?? max(0, done - 1)
        first = begun
        let now = Date()
        let pause = Console.isTerminal ? 0.1 : 10
        guard now.timeIntervalSince(lastShown) >= pause || done == total else { return }
        lastShown = now
        let elapsed = now.timeIntervalSince(start)
        let rate = Double(done - begun) / max(1e-9, elapsed)
        let left = rate > 0 ? Double(total - done) / rate : .infinity
        // The first moments tell nothing of the speed.
        let speed = elapsed < 0.1 ? "-" : String(format: rate < 10 ? "%.1f" : "%.0f", rate)
        let tail = "\(done)/\(total)  \(speed) \(unit)/s  \(detail)"
        if Console.isTerminal {
            let bar = Console.bar(total == 0 ? 1 : Double(done) / Double(total))
            show("  \(label)  \(bar)  \(tail)  \(Clock.text(left)) left")
        } else {
            let line = "\(label)  \(tail)"
            if line != lastLine { Console.note(line) }
            lastLine = line
        }
    }

    /// Ends the line; the bar makes room for `summary`.
    func finish(_ summary: String? = nil) {
        lock.lock()
        defer { lock.unlock() }
        if Console.isTerminal { Console.draw("\r\u{1B}[K") }
        if let summary { Console.note("  \(label)  \(summary)") }
    }

    private func show(_ line: String) {
        Console.draw("\r" + String(line.prefix(max(20, Console.width - 1))) + "\u{1B}[K")
    }
}
