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
        \(try opening())\(warnings())\(navigation())\(ran())\(claims())\(try figures())\(tables())\(try folded())
        \(footer())
        <script>\(bundle)</script>
        <script>\(PageScript.draw)</script>
        </body>
        </html>

        """
    }

    /// One sentence, one picture, five lines.
    private func opening() throws -> String {
        let picture = try contents.opening.map { try figure($0) } ?? ""
        let table = contents.short.map { HTML.table(ReportTable($0)) } ?? ""
        return "<header class=\"answer\">\n<h1>\(HTML.escaped(contents.headline.sentence))</h1>\n"
            + HTML.paragraph(contents.headline.detail, class: "detail") + picture + table
            + "</header>\n"
    }

    private func warnings() -> String {
        let warnings = contents.warnings
        if warnings.lines.isEmpty { return "" }
        let lines = warnings.lines.map {
            "<li><strong>\(HTML.escaped($0.short))</strong> \(HTML.escaped($0.text))</li>\n"
        }
        let isMore = warnings.details != warnings.lines.map(\.text)
        return "<section class=\"warnings\"><h2>What to distrust</h2>\n<ul>\(lines.joined())</ul>\n"
            + (isMore ? Self.fold("In full", HTML.list(warnings.details)) : "") + "</section>\n"
    }

    private func navigation() -> String {
        let parts = [
            ("ran", "What was run"), ("claims", "Claims"), ("figures", "Figures 1 to 6"),
            ("tables", "Tables 1 to 5"), ("beyond", "Beyond the paper"), ("more", "More tables"),
            ("files", "Files"),
        ].filter { $0.0 != "beyond" || !contents.beyond.isEmpty }
        return "<nav>" + parts.map { HTML.link("#\($0)", $1) }.joined(separator: "\n") + "</nav>\n"
    }

    private func ran() -> String {
        let pictures = contents.run.rows.isEmpty ? "" : HTML.table(contents.run)
        let table = contents.tableLines
        return "<h2 id=\"ran\">What was run</h2>\n" + pictures
            + (table.isEmpty ? "" : "<h3>Table of features</h3>\n" + HTML.list(table))
            + (contents.tableRows.isEmpty
                ? ""
                : Self.fold(
                    "\(contents.tableRows.count) findings on its rows",
                    HTML.list(contents.tableRows)))
    }

    private func claims() -> String {
        "<h2 id=\"claims\">What the paper says, and what came out here</h2>\n"
            + HTML.paragraph(
                "Each statement has a criterion that was fixed before the runs. Click a row for "
                    + "its words and numbers.")
            + contents.claims.map { ClaimChart($0).html }.joined()
    }

    private func tables() -> String {
        "<h2 id=\"tables\">Tables 1 to 5: the feed-forward net</h2>\n"
            + contents.missingTables.map { HTML.paragraph($0, class: "missing") }.joined()
            + contents.tables.map(table).joined()
    }

    /// What a reader opens who wants more.
    private func folded() throws -> String {
        let beyond = try contents.beyond.map { try group($0) }.joined()
        return "<h2 id=\"further\">Further</h2>\n"
            + (beyond.isEmpty ? "" : Self.fold("Beyond the paper", beyond, id: "beyond"))
            + (contents.sheets.isEmpty
                ? "" : Self.fold("Generated pictures", sheets, id: "generated"))
            + Self.fold("More tables", contents.moreTables.map(table).joined(), id: "more")
            + Self.fold("Files beside this page", "<p>\(downloads)</p>", id: "files")
    }

    /// What generators made.
    private var sheets: String {
        contents.sheets.map { sheet in
            "<figure><img alt=\"\(HTML.escaped(sheet.caption))\" "
                + "src=\"data:image/png;base64,\(sheet.png.base64EncodedString())\">"
                + "<figcaption>\(HTML.escaped(sheet.caption))</figcaption></figure>\n"
        }.joined()
    }

    static func fold(_ title: String, _ body: String, id: String? = nil) -> String {
        let name = id.map { " id=\"\($0)\"" } ?? ""
        return "<details\(name)><summary>\(HTML.escaped(title))</summary>\n\(body)</details>\n"
    }

    private func table(_ item: ReportTable) -> String {
        let body = HTML.paragraph(item.says) + HTML.table(item)
        return item.isFolded
            ? Self.fold(item.heading, body, id: item.id)
            : "<h3 id=\"\(item.id)\">\(HTML.escaped(item.heading))</h3>\n\(body)"
    }

    private var downloads: String {
        [
            ("tables.md", "all tables (Markdown)"), ("tables.tex", "all tables (LaTeX)"),
            ("claims.csv", "claims (CSV)"), ("figures/", "figures"),
        ].map { HTML.link($0, $1) }.joined(separator: ", ")
    }

    private func footer() -> String {
        "<footer>" + contents.made.map { HTML.paragraph($0) }.joined() + "</footer>\n"
    }
}
