import Foundation

/// Reads CSV (RFC 4180): quoted fields with doubled quotes and line ends inside, CRLF, LF or CR, an
/// optional UTF-8 byte order mark. Blank lines are skipped; every field is text. The separator is a comma, a semicolon,
/// a tab or a bar, as the first lines show or a line `sep=;` before them says.
package enum CSVReader {
    static let largestFile = 256 << 20

    /// Reads the file at `url`.
    ///
    /// - Throws: `FormatError` with the line, for bytes that are not UTF-8 and quotes out of place.
    package static func read(_ url: URL, delimiter: Character? = nil) throws -> Sheet {
        let data = try FileBytes.open(url, limit: largestFile)
        return try read(data, file: url.shownPath, delimiter: delimiter)
    }

    /// Reads `data`; `file` is for messages.
    package static func read(
        _ data: Data, file: String, delimiter: Character? = nil
    ) throws -> Sheet {
        let asked = delimiter ?? ","
        guard let comma = asked.asciiValue, ![0x0A, 0x0D, 0x22].contains(comma) else {
            throw FormatError(
                file: file, found: "cannot be split at '\(asked)'",
                expected: "one ASCII character", advice: "Use , or ; or a tab.")
        }
        var bytes = [UInt8](data)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]),
            !bytes.contains(0)
        else {
            throw FormatError(
                file: file, found: "is UTF-16 or not text", expected: "CSV in UTF-8",
                advice: "Save it as 'CSV UTF-8'.")
        }
        let said = CSVSeparator.said(bytes)
        let separator = delimiter == nil ? said?.separator ?? CSVSeparator.shown(bytes) : comma
        var scanner = CSVScanner(
            bytes: bytes, separator: separator, file: file, start: said?.end ?? 0)
        var sheet = Sheet(file: file, name: "", rows: try scanner.rows())
        if delimiter == nil, separator != comma {
            sheet.notes.append("its fields are separated by \(CSVSeparator.words(separator))")
        }
        return sheet
    }

    /// The rows whose number of fields differs from the first row's, as (line, fields).
    package static func raggedRows(of sheet: Sheet) -> [(line: Int, fields: Int)] {
        let width = sheet.rows.first?.width ?? 0
        return sheet.rows.filter { $0.width != width }.map { ($0.number, $0.width) }
    }

    /// - Throws: `FormatError` naming the first lines whose number of fields differs from the
    ///   header's.
    package static func requireRectangular(_ sheet: Sheet) throws {
        let ragged = raggedRows(of: sheet)
        guard !ragged.isEmpty else { return }
        let lines = ragged.prefix(5).map { "line \($0.line) has \($0.fields)" }
        throw FormatError(
            file: sheet.file,
            found: "has \(ragged.count) rows of another length: " + lines.joined(separator: ", "),
            expected: "\(sheet.rows.first?.width ?? 0) fields in each, as in the first row",
            advice: "Quote fields that hold the separator.")
    }
}
