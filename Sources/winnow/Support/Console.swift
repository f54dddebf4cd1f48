import Foundation

/// Where words for the person go: standard error. Standard output is for results alone.
enum Console {
    /// Whether a person watches standard error.
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// One line.
    static func note(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Text without a line end, as a progress bar needs.
    static func draw(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// A span of seconds as people read it: 0:48, 12:05, 1:02:09.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "-:--" }
        let whole = Int(min(seconds.rounded(), 1e8))
        let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60)
        return h > 0 ? String(format: "%d:%02d:%02d", h, m, s) : String(format: "%d:%02d", m, s)
    }
}
