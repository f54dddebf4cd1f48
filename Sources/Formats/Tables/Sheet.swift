import Foundation

/// One value of a table.
package enum Cell: Sendable, Equatable {
    case empty
    case number(Double)
    case text(String)
    case bool(Bool)
    /// A spreadsheet's error value, `#N/A` for example, or a number cell that holds no number.
    case error(String)

    /// The finite number that it holds; text counts when all of it is a decimal number.
    package var number: Double? {
        switch self {
        case .number(let value): value.isFinite ? value : nil
        case .text(let text): Self.decimal(text)
        case .empty, .bool, .error: nil
        }
    }

    /// What a reader of the table sees; whole numbers without a point.
    package var shown: String {
        switch self {
        case .empty: ""
        case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
        case .text(let text), .error(let text): text
        case .bool(let value): value ? "TRUE" : "FALSE"
        }
    }

    /// Whether there is nothing to see.
    package var isBlank: Bool { shown.allSatisfy(\.isWhitespace) }

    private static func decimal(_ text: String) -> Double? {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        // Only digits, sign, point and exponent: Double(_:) also takes "nan", "inf" and "0x1p2".
        let isPlain = trimmed.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
        }
        guard isPlain, let value = Double(trimmed), value.isFinite else { return nil }
        return value
    }
}

/// A table as it lies in its file: rows of cells with the numbers that the file's own program
/// shows.
package struct Sheet: Sendable, Equatable {
    /// One row; only cells that the file has are kept, so a far-off cell costs nothing.
    package struct Row: Sendable, Equatable {
        /// 1-based: a spreadsheet's row, or the line on which a CSV record starts.
        package let number: Int
        /// The columns that have a cell, from 0, ascending.
        let columns: [Int]
        private let cells: [Cell]

        /// - Parameter cells: columns (from 0, ascending) and their cells.
        init(number: Int, cells: [(column: Int, cell: Cell)]) {
            self.number = number
            columns = cells.map(\.column)
            self.cells = cells.map(\.cell)
        }

        /// The cell in a column counted from 0; `.empty` where the file has none.
        package subscript(column: Int) -> Cell {
            var (low, high) = (0, columns.count)
            while low < high {
                let middle = (low + high) / 2
                if columns[middle] < column { low = middle + 1 } else { high = middle }
            }
            return low < columns.count && columns[low] == column ? cells[low] : .empty
        }

        /// One more than the last column that the file has in this row.
        package var width: Int { (columns.last ?? -1) + 1 }
        /// Whether there is nothing to see in it.
        package var isBlank: Bool { cells.allSatisfy(\.isBlank) }
    }

    /// Cells shown as one; only the first holds a value. Rows from 1, columns from 0, ends
    /// included.
    package struct MergedRange: Sendable, Equatable {
        package let rows: ClosedRange<Int>
        package let columns: ClosedRange<Int>
    }

    /// The file, for messages.
    package let file: String
    /// The sheet's name; empty for CSV.
    package let name: String
    package let rows: [Row]
    package var merged: [MergedRange] = []
    /// What was chosen in reading it, a clause each: the separator, the sheet of a workbook.
    package var notes: [String] = []

    /// `A`, `B`, ... `Z`, `AA`: a spreadsheet's name for a column counted from 0.
    package static func columnName(_ column: Int) -> String {
        var (name, rest) = ("", column + 1)
        while rest > 0 {
            let letter = UInt8(truncatingIfNeeded: (rest - 1) % 26)
            name = String(UnicodeScalar(UInt8(ascii: "A") + letter)) + name
            rest = (rest - 1) / 26
        }
        return name
    }

    /// Reads a table by content: a workbook (zip) or CSV.
    ///
    /// - Parameters:
    ///   - sheet: the sheet's name; nil for the first that is not hidden and that `suits`. CSV has none.
    ///   - delimiter: what separates CSV fields; nil for what the first lines show.
    ///   - suits: whether a sheet is one that is looked for; where none is, the first is taken.
    package static func read(
        _ url: URL, sheet: String? = nil, delimiter: Character? = nil,
        suits: (Sheet) -> Bool = { _ in true }
    ) throws -> Sheet {
        let data = try FileBytes.open(url, limit: CSVReader.largestFile)
        if data.starts(with: [0x50, 0x4B, 3, 4]) {
            return try XlsxReader.read(data, file: url.shownPath, sheet: sheet, suits: suits)
        }
        guard !["xlsx", "xlsm", "xls"].contains(url.pathExtension.lowercased()) else {
            throw FormatError(
                file: url.shownPath, found: "is not a workbook: it does not begin as a zip file",
                expected: "an .xlsx file",
                advice: "Save it again as .xlsx or as .csv, and name it so.")
        }
        guard sheet == nil else {
            throw FormatError(
                file: url.shownPath, found: "is not a workbook, so it has no sheet to name",
                expected: "an .xlsx file", advice: "Leave the sheet's name out.")
        }
        return try CSVReader.read(data, file: url.shownPath, delimiter: delimiter)
    }
}
