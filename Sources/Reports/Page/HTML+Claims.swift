import Foundation

extension HTML {
    /// Statements with their verdicts; on a narrow screen each statement is a card.
    static func claims(_ section: ClaimSection) -> String {
        let head = (["statement"] + section.columns).map { "<th>\(escaped($0))</th>" }.joined()
        return "<h3>\(escaped(section.title))</h3>\n" + paragraph(section.note)
            + "<table class=\"claims\">\n<thead><tr>\(head)</tr></thead>\n<tbody>\n"
            + section.rows.map { row($0, section.columns) }.joined() + "</tbody></table>\n"
    }

    private static func row(_ row: ClaimSection.Row, _ columns: [String]) -> String {
        let first =
            "<td><strong>\(escaped(row.statement))</strong> "
            + "<span class=\"where\">\(escaped(row.section))</span>"
            + "<span class=\"criterion\">Holds if \(escaped(row.criterion)).</span></td>"
        let cells = zip(columns, row.cells).map { column, cell in
            guard let cell else { return "<td data-label=\"\(escaped(column))\"></td>" }
            let verdict = cell.verdict.rawValue
            let evidence = cell.evidence.components(separatedBy: "; ").map {
                "<span class=\"evidence\">\(escaped($0))</span>"
            }
            return "<td data-label=\"\(escaped(column))\"><span class=\"verdict \(verdict)\">"
                + "\(verdict)</span> \(evidence.joined())</td>"
        }
        return "<tr>\(first)\(cells.joined())</tr>\n"
    }
}
