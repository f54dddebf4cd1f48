import Foundation

/// Spans of time in words.
package enum Clock {
    /// A span of seconds as people read it: 0:48, 12:05, 1:02:09.
    package static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "-:--" }
        let whole = Int(min(seconds.rounded(), 1e8))
        let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60)
        return h > 0 ? String(format: "%d:%02d:%02d", h, m, s) : String(format: "%d:%02d", m, s)
    }
}
