import Foundation

/// What is wrong with a file: which one, what was found, what was expected, and what to do.
package struct FormatError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
    /// The file as the caller named it.
    package let file: String
    /// What is there, as a clause: "holds 3 bytes".
    package let found: String
    /// What should be there, as a noun phrase; empty when `found` says it all.
    package let expected: String
    /// What to do next, as a sentence.
    package let advice: String

    package init(file: String, found: String, expected: String = "", advice: String) {
        self.file = file
        self.found = found
        self.expected = expected
        self.advice = advice
    }

    /// One line: `weights.pth: holds 3 bytes; expected at least 22. Fetch it again.`
    package var description: String {
        let wish = expected.isEmpty ? "" : "; expected \(expected)"
        return "\(file): \(found)\(wish). \(advice)"
    }

    package var errorDescription: String? { description }
}

extension FormatError {
    /// The file stops before the place that its own directory (or header) promises.
    static func cutOff(_ file: String, at end: Int, part: String, says: Int) -> FormatError {
        FormatError(
            file: file,
            found: "ends at byte \(grouped(end)) but its \(part) says \(grouped(says)): "
                + "the download was cut off",
            advice: "Fetch it again.")
    }

    /// The file contradicts itself.
    static func damaged(
        _ file: String, _ found: String, expected: String = "",
        advice: String = "The file is damaged: fetch or make it again."
    ) -> FormatError {
        FormatError(file: file, found: found, expected: expected, advice: advice)
    }

    /// The file system refused: `action` is a clause such as "cannot be read".
    static func system(_ file: String, _ action: String, code: Int32, advice: String) -> FormatError
    {
        FormatError(
            file: file, found: "\(action) (\(String(cString: strerror(code))))", advice: advice)
    }
}

/// `46830571` as `46,830,571`, whatever the locale.
package func grouped(_ number: Int) -> String {
    var text = ""
    let digits = String(number.magnitude)
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return number < 0 ? "-" + text : text
}

/// Text of a stranger's file made fit for one line of an error: short, and without control
/// characters.
package func printable(_ text: String, limit: Int = 80) -> String {
    let kept = text.unicodeScalars.prefix(limit).map { scalar -> String in
        scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }
    return kept.joined() + (text.unicodeScalars.count > limit ? "..." : "")
}
