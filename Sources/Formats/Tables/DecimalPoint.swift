import Foundation

/// What stands between a number's whole part and its fraction in a table's text cells: a point, or a comma as much of
/// Europe writes it.
struct DecimalPoint {
    private let isComma: Bool
    /// What a person is told of it.
    let notes: [String]

    /// Looks at the text cells of some columns, below the header.
    ///
    /// Commas are decimal where some number has one, none has a point, and they do not all look like thousands
    /// (`1,234`).
    init(_ sheet: Sheet, _ columns: [Int]) {
        var (commas, thousands, points) = (0, 0, 0)
        for row in sheet.rows.dropFirst() {
            for column in columns {
                guard case .text(let text) = row[column] else { continue }
                if text.utf8.contains(0x2C), Self.pointed(text) != nil {
                    commas += 1
                    if Self.isGrouped(text) { thousands += 1 }
                } else if text.utf8.contains(0x2E), row[column].number != nil {
                    points += 1
                }
            }
        }
        isComma = commas > 0 && points == 0 && thousands < commas
        if isComma {
            notes = ["its numbers have decimal commas"]
        } else if commas > 0 {
            let why = points > 0 ? "others have points" : "they may part thousands"
            notes = ["\(commas) numbers have commas, and are not read: \(why)"]
        } else {
            notes = []
        }
    }

    /// The number of a cell; nil where there is none.
    func number(_ cell: Cell) -> Double? {
        if let number = cell.number { return number }
        guard isComma, case .text(let text) = cell else { return nil }
        return Self.pointed(text).flatMap { Cell.text($0).number }
    }

    /// The text with a point for its one comma; nil where that makes no number.
    private static func pointed(_ text: String) -> String? {
        guard text.utf8.count < 64, text.utf8.count(where: { $0 == 0x2C }) == 1,
            !text.utf8.contains(0x2E)
        else { return nil }
        let changed = text.replacing(",", with: ".")
        return Cell.text(changed).number == nil ? nil : changed
    }

    /// Whether three digits stand behind the comma, and one to three (no lone zero) before it.
    private static func isGrouped(_ text: String) -> Bool {
        let parts = text.trimmingCharacters(in: .whitespaces).drop { $0 == "-" || $0 == "+" }
            .split(separator: ",", omittingEmptySubsequences: false)
        return parts.count == 2 && (1...3).contains(parts[0].count) && parts[0] != "0"
            && parts[1].count == 3 && parts[1].allSatisfy(\.isNumber)
    }
}
