import Core
import Foundation
import Studies

/// A table of the report, with what it shows.
struct ReportTable {
    let table: TextTable
    /// What it shows, in a sentence; empty when the title says it.
    let says: String
    /// Whether the page shows it only when asked.
    let isFolded: Bool

    init(_ table: TextTable, says: String = "", isFolded: Bool = false) {
        self.table = table
        self.says = says
        self.isFolded = isFolded
    }

    /// Names its anchor and its CSV file: `table-1` for the paper's, the whole title for others.
    var id: String {
        let words = table.title.split(separator: " ")
        let isPapers = words.count > 1 && words[0] == "Table" && Int(words[1]) != nil
        return Slug.of(isPapers ? words.prefix(2).joined(separator: " ") : table.title)
    }

    /// The title as a heading: `Table 1. 30 hidden units`.
    var heading: String { table.title.replacingOccurrences(of: "  ", with: ". ") }

    /// Whether a column holds numbers and no words, so that it is set to the right.
    func isNumeric(_ column: Int) -> Bool {
        let cells = table.rows.compactMap { column < $0.count ? $0[column] : nil }
        return column > 0
            && cells.allSatisfy { cell in
                let number = cell.replacingOccurrences(of: "(n = 1)", with: "")
                return cell == "none" || !number.contains(where: \.isLetter)
            }
    }

    /// Cells of a row, as many as the header has, whatever the record holds.
    func cells(_ row: [String]) -> [String] {
        table.header.indices.map { $0 < row.count ? row[$0] : "" }
    }

    /// For a CSV file.
    var rows: [[String]] { [table.header] + table.rows.map(cells) }
}
