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
        let lines = [header] + rows
        let widths = header.indices.map { column in
            lines.map { $0[column].count }.max() ?? 0
        }
        let body = lines.map { line in
            var text = ""
            for (column, cell) in line.enumerated() {
                text += (column == 0 ? "  " : "  ") + cell
                let isLast = column == line.count - 1
                if !isLast { text += String(repeating: " ", count: widths[column] - cell.count) }
            }
            return text
        }
        return ([title] + body + notes.map { "  " + $0 }).joined(separator: "\n") + "\n"
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

extension String {
    /// The text with what would end a Markdown cell taken out.
    fileprivate var replacingReserved: String {
        split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
