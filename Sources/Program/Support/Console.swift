import Foundation

/// Where words for the person go: standard error. Standard output is for results alone (`Output`). Words that cannot
/// be written are dropped: the work is what counts.
enum Console {
    /// Whether a person watches standard error.
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// Whether nothing is told here: another process does it for all.
    nonisolated(unsafe) static var isSilent = false

    /// One line; settings that a room named are options in it.
    static func note(_ line: String) {
        draw(OptionNames.inWords(line) + "\n")
    }

    /// What must be said before numbers, in one line.
    static func remark(_ text: String) { note("  note     \(text)") }

    /// Text without a line end, as a progress bar needs.
    static func draw(_ text: String) {
        if isSilent { return }
        _ = Output.written(Data(text.utf8), to: STDERR_FILENO)
    }

    /// Columns of the terminal; 100 where there is none.
    static var width: Int {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 100
    }

    /// `███████░░░░░░░░░░░░░` for a share of 0 to 1.
    static func bar(_ share: Double) -> String {
        let width = 20
        let full = min(width, max(0, Int(share * Double(width))))
        return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    }
}
