import Foundation

/// Writes CSV (RFC 4180) with LF line ends and no byte order mark.
package enum CSVWriter {
    /// The rows as text; a field is quoted where it has to be.
    package static func text(_ rows: [[String]]) -> String {
        rows.map { row in
            // A lone empty field is quoted: an empty line would not read back as a row.
            row.count == 1 && row[0].isEmpty
                ? "\"\"\n" : row.map(field).joined(separator: ",") + "\n"
        }.joined()
    }

    /// Writes the rows aside, then renames.
    ///
    /// - Throws: `FormatError` naming `url` when the disk refuses.
    package static func write(_ rows: [[String]], to url: URL) throws {
        try AtomicFile.write(Data(text(rows).utf8), to: url)
    }

    private static func field(_ text: String) -> String {
        let special: Set<UInt8> = [0x2C, 0x22, 0x0A, 0x0D]
        let edges = [text.utf8.first, text.utf8.last]
        guard text.utf8.contains(where: special.contains) || edges.contains(0x20) else {
            return text
        }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
