import Foundation

/// Turns the XML of one worksheet into rows.
struct SheetParser {
    let file: String
    let strings: [String]
    private(set) var rows: [Sheet.Row] = []
    private(set) var merged: [Sheet.MergedRange] = []
    private var cells: [(column: Int, cell: Cell)] = []
    private var cellCount = 0
    private var rowNumber = 0
    private var place = CellReference(row: 1, column: 0)
    private var type = "n"
    private var value = ""
    private var inline = ""
    /// Which element's text is being read: the value, or an inline string's.
    private var reading: String?
    private var isPhonetic = false

    init(file: String, strings: [String]) {
        self.file = file
        self.strings = strings
    }

    mutating func parse(_ data: Data, part: String) throws {
        let box = Box(self)
        let events = XMLEvents()
        events.onStart = { try box.parser.start($0, $1) }
        events.onText = { box.parser.text($0) }
        events.onEnd = { try box.parser.end($0) }
        try events.parse(data, file: file, part: part)
        self = box.parser
    }

    /// Lets the parser's closures share one value.
    private final class Box {
        var parser: SheetParser
        init(_ parser: SheetParser) { self.parser = parser }
    }

    private mutating func start(_ element: String, _ attributes: [String: String]) throws {
        switch element {
        case "row": try startRow(attributes)
        case "c": try startCell(attributes)
        case "v", "t": reading = element
        case "rPh": isPhonetic = true
        case "mergeCell": try merge(attributes["ref"] ?? "")
        default: break
        }
    }

    private mutating func text(_ text: String) {
        if reading == "v" { value += text }
        if reading == "t", !isPhonetic { inline += text }
    }

    private mutating func end(_ element: String) throws {
        switch element {
        case "v", "t": reading = nil
        case "rPh": isPhonetic = false
        case "c":
            let cell = try finishedCell()
            if cell != .empty { cells.append((place.column, cell)) }
            place = CellReference(row: rowNumber, column: place.column + 1)
        case "row":
            if !cells.isEmpty { rows.append(Sheet.Row(number: rowNumber, cells: cells)) }
            cells = []
        default: break
        }
    }

    private mutating func startRow(_ attributes: [String: String]) throws {
        let number = attributes["r"].map { Int($0) ?? 0 } ?? rowNumber + 1
        guard number > rowNumber, number <= CellReference.lastRow else {
            throw FormatError.damaged(
                file, "has the row '\(printable(attributes["r"] ?? ""))' after row \(rowNumber)")
        }
        rowNumber = number
        place = CellReference(row: number, column: 0)
        cells = []
    }

    private mutating func startCell(_ attributes: [String: String]) throws {
        cellCount += 1
        guard cellCount <= XlsxReader.mostCells else { throw XlsxReader.tooMany(file) }
        (type, value, inline, reading) = (attributes["t"] ?? "n", "", "", nil)
        guard let name = attributes["r"] else {
            guard place.column < CellReference.columnCount else { throw misplaced("?") }
            return
        }
        guard let reference = CellReference(name), reference.row == rowNumber,
            reference.column >= place.column
        else { throw misplaced(name) }
        place = reference
    }

    private func misplaced(_ name: String) -> FormatError {
        .damaged(file, "has the cell '\(printable(name))' out of place in row \(rowNumber)")
    }

    private func finishedCell() throws -> Cell {
        switch type {
        case "inlineStr": return inline.isEmpty ? .empty : .text(inline)
        case _ where value.isEmpty: return .empty
        case "s":
            guard let index = Int(value), strings.indices.contains(index) else {
                throw FormatError.damaged(
                    file, "its cell \(place.name) refers to shared string '\(printable(value))'",
                    expected: "one of \(grouped(strings.count))")
            }
            return strings[index].isEmpty ? .empty : .text(strings[index])
        case "b": return .bool(value == "1" || value == "true")
        case "e": return .error(value)
        case "str", "d": return .text(value)
        default:
            let number = Double(value.trimmingCharacters(in: .whitespacesAndNewlines))
            return number.flatMap { $0.isFinite ? .number($0) : nil } ?? .error(value)
        }
    }

    private mutating func merge(_ text: String) throws {
        let corners = text.split(separator: ":").map { CellReference($0) }
        guard let first = corners.first ?? nil, let last = corners.last ?? nil, corners.count <= 2,
            first.row <= last.row, first.column <= last.column, merged.count < 100_000
        else { throw FormatError.damaged(file, "merges the cells '\(printable(text))'") }
        merged.append(
            Sheet.MergedRange(
                rows: first.row...last.row, columns: first.column...last.column))
    }
}
