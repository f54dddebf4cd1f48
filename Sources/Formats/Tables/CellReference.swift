import Foundation

/// A cell's place, as `B12` names it: row from 1, column from 0.
struct CellReference: Equatable {
    let row: Int
    let column: Int

    /// Excel's own bounds.
    static let lastRow = 1_048_576
    static let columnCount = 16_384

    init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }

    /// Reads `B12` (or `$B$12`); nil when it is not a place on a sheet.
    init?(_ text: some StringProtocol) {
        var (column, row, digits) = (0, 0, 0)
        for byte in text.utf8 where byte != UInt8(ascii: "$") {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where digits == 0:
                column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
                guard column <= Self.columnCount else { return nil }
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                row = row * 10 + Int(byte - UInt8(ascii: "0"))
                digits += 1
                guard row <= Self.lastRow else { return nil }
            default: return nil
            }
        }
        guard column > 0, row > 0 else { return nil }
        (self.row, self.column) = (row, column - 1)
    }

    /// `B12`.
    var name: String { Sheet.columnName(column) + String(row) }
}
