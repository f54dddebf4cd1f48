import Foundation

/// Splits bytes into records; `place` and `line` advance together.
struct CSVScanner {
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
