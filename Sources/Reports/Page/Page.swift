import Foundation
import Studies

/// The report as one page that needs nothing else: no network, no files beside it.
struct Page {
    let contents: ReportContents
    /// Vega, Vega-Lite and Vega-Embed.
    let bundle: String
    /// Files of figures that were made: id, then endings.
    let files: [String: [String]]
    /// SVG text of figures by id, for readers without JavaScript.
    let drawings: [String: Data]

    /// Nothing may be fetched; the page's own scripts and styles run, Vega compiles expressions.
    private static let policy =
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; "
        + "style-src 'unsafe-inline'; img-src data: blob:"

    /// The whole page.
    func html() throws -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="generator" content="winnow">
        <title>\(HTML.escaped(contents.title))</title>
        <style>\(PageStyle.css)</style>
        <script>\(PageScript.watch)</script>
        </head>
        <body>
        <h1>\(HTML.escaped(contents.title))</h1>
        \(head())\(subjects())\(claims())\(tables())\(try figures())\(try beyond())\(moreTables())\(downloads())
        \(footer())
        <script>\(bundle)</script>
        <script>\(PageScript.draw)</script>
        </body>
        </html>

        """
    }

    private func head() -> String {
        let answer = contents.story.map { HTML.paragraph($0) }.joined()
        let parts = [
            ("ran", "What was run"), ("claims", "Claims"), ("tables", "Tables 1 to 5"),
            ("figures", "Figures"), ("beyond", "Beyond the paper"), ("more", "More tables"),
            ("files", "Files"),
        ]
        .filter { $0.0 != "beyond" || !contents.beyond.isEmpty }
        let warnings =
            contents.warnings.isEmpty
            ? ""
            : "<section class=\"warnings\"><h2>Warnings</h2>\n"
                + HTML.list(contents.warnings.map(\.text)) + "</section>\n"
        return "<section class=\"answer\">\n\(answer)</section>\n\(warnings)<nav>"
            + parts.map { HTML.link("#\($0)", $1) }.joined(separator: "\n") + "</nav>\n"
    }

    private func subjects() -> String {
        "<h2 id=\"ran\">What was run, on what</h2>\n"
            + contents.subjects.map { subject in
                "<h3>\(HTML.escaped(subject.title))</h3>\n" + HTML.list(subject.lines)
                    + (subject.details.isEmpty
                        ? ""
                        : "<details><summary>\(subject.details.count) findings on its rows"
                            + "</summary>\n\(HTML.list(subject.details))</details>\n")
            }.joined()
    }

    private func claims() -> String {
        let count = contents.claims.reduce(0) { $0 + $1.rows.count * $1.columns.count }
        return "<h2 id=\"claims\">Claims of the paper</h2>\n"
            + HTML.paragraph(
                "Each statement has a criterion that was fixed before the runs. Supported: the whole "
                    + "95% interval lies on the statement's side; contradicted: on the other side; "
                    + "undecided: on both; untested: no such runs, or one run. With \(count) verdicts, "
                    + "expect about one interval in twenty to miss the truth.")
            + contents.claims.map(HTML.claims).joined()
    }

    private func tables() -> String {
        "<h2 id=\"tables\">Tables 1 to 5: the feed-forward net</h2>\n"
            + contents.missingTables.map { HTML.paragraph($0, class: "missing") }.joined()
            + contents.tables.map(table).joined()
    }

    private func moreTables() -> String {
        "<h2 id=\"more\">More tables</h2>\n" + contents.moreTables.map(table).joined()
    }

    private func table(_ item: ReportTable) -> String {
        let body = HTML.paragraph(item.says) + HTML.table(item)
        let title = HTML.escaped(item.heading)
        return item.isFolded
            ? "<details id=\"\(item.id)\"><summary>\(title)</summary>\n\(body)</details>\n"
            : "<h3 id=\"\(item.id)\">\(title)</h3>\n\(body)"
    }

    private func downloads() -> String {
        "<h2 id=\"files\">Files beside this page</h2>\n<p>"
            + [
                ("tables.md", "all tables (Markdown)"), ("tables.tex", "all tables (LaTeX)"),
                ("claims.csv", "claims (CSV)"), ("figures/", "figures"),
            ].map { HTML.link($0, $1) }.joined(separator: ", ") + "</p>\n"
    }

    private func footer() -> String {
        "<footer>" + contents.made.map { HTML.paragraph($0) }.joined() + "</footer>\n"
    }
}
