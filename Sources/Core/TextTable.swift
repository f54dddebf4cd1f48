/// A small table of text, for a terminal and for Markdown.
package struct TextTable: Sendable, Codable, Equatable {
    package let title: String
    package let header: [String]
    package let rows: [[String]]
    /// What a reader needs to know under it.
    package let notes: [String]

    package init(title: String, header: [String], rows: [[String]], notes: [String] = []) {
        self.title = title
        self.header = header
        self.rows = rows
        self.notes = notes
    }

    /// For a terminal: columns padded, two spaces between them.
    package var plain: String {
        let body = Self.aligned([header] + rows) + notes
        return ([title] + body.map { "  " + $0 }).joined(separator: "\n") + "\n"
    }

    /// As a Markdown table under a bold title.
    package var markdown: String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacingReserved }.joined(separator: " | ") + " |"
        }
        let rule = "|" + header.map { _ in "---|" }.joined()
        let body = [line(header), rule] + rows.map(line)
        let under = notes.map { "\n" + $0 }
        return (["**\(title)**", ""] + body + under).joined(separator: "\n") + "\n"
    }
}

extension TextTable {
    /// On which side the columns after the first line up.
    package enum Side: Sendable {
        case left
        case right
    }

    /// Rows as lines, their columns padded to one width each, two spaces between them.
    ///
    /// Rows may have different numbers of cells. Lined up to the left, the last cell is not padded.
    package static func aligned(_ rows: [[String]], numbers side: Side = .left) -> [String] {
        var widths = [Int](repeating: 0, count: rows.map(\.count).max() ?? 0)
        for row in rows {
            for (column, cell) in row.enumerated() {
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                if side == .right { return column == 0 ? cell + space : space + cell }
                return column == row.count - 1 ? cell : cell + space
            }.joined(separator: "  ")
        }
    }
}

extension String {
    /// The text with what would end a Markdown cell taken out.
    fileprivate var replacingReserved: String {
        split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
