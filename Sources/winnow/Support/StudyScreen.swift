import Foundation
import Studies

/// How far a study is: a line a worker and one for the whole on a terminal; plain lines in a log.
final class StudyScreen {
    private let run: StudyRun
    private let threads: Int
    private var shown = 0
    private var lastShown = Date.distantPast
    private var whole: (text: String, at: Date) = ("", .distantPast)

    /// - Parameter threads: of all workers together.
    init(_ run: StudyRun, threads: Int) {
        self.run = run
        self.threads = threads
    }

    /// Shows where the workers are; cheap when called often.
    func show(_ workers: [WorkerProgress]) {
        let now = Date()
        let pause = Console.isTerminal ? 0.4 : 15
        guard now.timeIntervalSince(lastShown) >= pause else { return }
        lastShown = now
        draw(workers.map(Self.line) + [overall(now)])
    }

    /// Leaves the last line as it is.
    func finish() {
        clear()
        Console.note("  " + overall(.distantFuture))
    }

    /// One worker: `seed 0  leak-free  fine-tune  epoch 4/25  acc 0.61  loss 1.12  74 pictures/s`.
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
    private func overall(_ now: Date) -> String {
        if now.timeIntervalSince(whole.at) >= 2 {
            let left = run.estimate.left(threads: threads)
            let done = run.estimate.done
            let time = done == run.items.count ? "" : "  \(Console.clock(left.seconds)) left"
            let isGuess = left.basis == .guessed && !time.isEmpty
            whole = (
                "\(run.study.name)  \(done)/\(run.items.count) stages\(time)"
                    + (isGuess ? " (a guess)" : ""), now
            )
        }
        return whole.text
    }

    private func draw(_ lines: [String]) {
        guard Console.isTerminal else {
            for line in lines { Console.note("  " + line) }
            return
        }
        clear()
        var size = winsize()
        let width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 100
        for line in lines { Console.draw("  " + String(line.prefix(max(20, width - 3))) + "\n") }
        shown = lines.count
    }

    private func clear() {
        guard Console.isTerminal, shown > 0 else { return }
        Console.draw("\u{1B}[\(shown)A\u{1B}[J")
        shown = 0
    }
}
