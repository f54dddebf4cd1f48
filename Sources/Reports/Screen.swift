import Core
import Studies
import TableStudy

/// What a terminal shows of a study: the answer, five lines of table, how the paper's statements fared,
/// and what to distrust.
struct Screen {
    private let contents: ReportContents
    private let table: TableStudy?

    init(_ contents: ReportContents, _ records: StudyRecords) {
        self.contents = contents
        table = records.table?.study
    }

    /// Characters of a line.
    private static let width = 100

    var text: String {
        let short = contents.short ?? table.map(TableList.short)
        var parts = [
            Self.folded(contents.headline.sentence) + "\n" + Self.folded(contents.headline.detail)
        ]
        if let short { parts.append(Self.indented(short)) }
        if contents.short != nil, let table {
            parts.append(Self.folded("On the table: " + Headline(table: table).sentence))
        }
        let tallies = contents.claims.map { "\($0.title): \($0.tally)" }
        let distrust = contents.warnings.kinds
        let last =
            tallies
            + (distrust.isEmpty ? [] : ["What to distrust: \(Wording.words(distrust))."])
        parts.append(last.map(Self.folded).joined(separator: "\n"))
        return parts.joined(separator: "\n\n")
    }

    /// The rows alone, without title and notes; of levels the mean alone, so that a line is a line.
    private static func indented(_ table: TextTable) -> String {
        let level = table.header.firstIndex(of: SummaryTable.level)
        let rows =
            [table.header]
            + table.rows.map { row in
                row.enumerated().map { column, cell in
                    column == level ? String(cell.prefix { $0 != " " }) : cell
                }
            }
        return TextTable.aligned(rows).map { line in
            String(("  " + line).reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// The text in lines of at most `width` characters, broken between words.
    private static func folded(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            let line = lines[lines.count - 1]
            if !line.isEmpty, line.count + word.count >= width {
                lines.append("  " + word)
            } else {
                lines[lines.count - 1] = line.isEmpty ? String(word) : "\(line) \(word)"
            }
        }
        return lines.joined(separator: "\n")
    }
}
