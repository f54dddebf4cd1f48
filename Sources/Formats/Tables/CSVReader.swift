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

/// Splits bytes into records; `place` and `line` advance together.
private struct CSVScanner {
    let bytes: [UInt8]
    let separator: UInt8
    let file: String
    private var place: Int
    private var line: Int

    /// - Parameter start: where the records begin: 0, or behind a first line that is none.
    init(bytes: [UInt8], separator: UInt8, file: String, start: Int) {
        place = start
        line = start > 0 ? 2 : 1
        self.bytes = bytes
        self.separator = separator
        self.file = file
    }

    mutating func rows() throws -> [Sheet.Row] {
        var rows: [Sheet.Row] = []
        while place < bytes.count {
            if skipLineEnd() { continue }
            let start = line
            var cells: [(column: Int, cell: Cell)] = []
            repeat {
                let text = try field()
                cells.append((cells.count, text.isEmpty ? .empty : .text(text)))
            } while skip(separator)
            if place < bytes.count, !skipLineEnd() {
                throw wrong("has text after a closing quote", line: line)
            }
            rows.append(Sheet.Row(number: start, cells: cells))
        }
        return rows
    }

    private mutating func field() throws -> String {
        if skip(0x22) { return try quoted() }
        let start = place
        while place < bytes.count, ![separator, 0x0A, 0x0D].contains(bytes[place]) {
            guard bytes[place] != 0x22 else {
                throw wrong("has a quote inside a field that does not start with one", line: line)
            }
            place += 1
        }
        return try text(bytes[start..<place])
    }

    /// The rest of a quoted field, behind its first quote.
    private mutating func quoted() throws -> String {
        let start = line
        var content: [UInt8] = []
        while place < bytes.count {
            if skip(0x22) {
                guard skip(0x22) else { return try text(content[...]) }
                content.append(0x22)
            } else {
                let first = place
                if !skipLineEnd() { place += 1 }
                content += bytes[first..<place]
            }
        }
        throw wrong("has a quote that is never closed", line: start)
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// Steps over one CRLF, LF or CR.
    private mutating func skipLineEnd() -> Bool {
        let isReturn = skip(0x0D)
        guard skip(0x0A) || isReturn else { return false }
        line += 1
        return true
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw wrong("is not UTF-8", line: line)
        }
        return text
    }

    private func wrong(_ found: String, line: Int) -> FormatError {
        FormatError(
            file: file, found: "line \(grouped(line)) \(found)",
            expected: "CSV in UTF-8 (RFC 4180)",
            advice: "Correct that line.")
    }
}
