import Core

extension ContentHash {
    /// The data fingerprint: SHA-256 over `file NUL class NUL hash LF`, ordered by file.
    ///
    /// It depends on neither the order of listing nor on where the data set lies.
    package static func fingerprint(
        _ entries: [(file: String, className: String, sha256: String)]
    ) -> String {
        var hash = ContentHash()
        for entry in NameOrder.sorted(entries, by: \.file) {
            hash.update("\(entry.file)\0\(entry.className)\0\(entry.sha256)\n")
        }
        return hash.hex
    }
}
