/// Names from files that strangers wrote, which become names of folders.
extension String {
    /// Whether it names one file in any folder: no way to another folder, nothing hidden, nothing that a terminal acts on.
    package var isPlainName: Bool {
        !isEmpty && !hasPrefix(".") && !hasPrefix("-")
            && !unicodeScalars.contains {
                $0 == "/" || $0 == "\\" || $0.properties.generalCategory == .control
            }
    }

    /// What such a name may be, for messages.
    package static let plainNames =
        "without / or \\, without control characters, and not beginning with a dot or a dash"
}
