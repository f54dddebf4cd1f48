import Formats
import Foundation
import Studies

/// Writes a report on the records of a study: `index.html`, `tables.md`, `tables.tex`, `claims.csv`,
/// and each figure under `figures/` as Vega-Lite, CSV, SVG, PNG and PDF.
package enum Report {
    /// What was written.
    package struct Written: Sendable {
        package let page: URL
        package let figures: Int
        /// What a terminal shows: the answer in one screen.
        package let screen: String
        /// Every table, for a terminal.
        package let tables: String
        /// What could not be made, and what to do; empty when all is there.
        package let notes: [String]
    }

    /// Reads the records in `study` and in the folders directly in it, and writes into `folder`.
    ///
    /// - Parameter folder: nil for `report` inside `study`.
    /// - Throws: `FormatError` for records that are missing or damaged, or a disk that refuses;
    ///   `ReportError` when the page's JavaScript is not installed.
    package static func write(
        study: URL, to folder: URL? = nil, tools: ReportTools
    ) throws -> Written {
        let records = try StudyRecords.read(study)
        let contents = ReportContents(records)
        let bundle = try tools.readBundle()
        let place = folder ?? study.appendingPathComponent("report", isDirectory: true)
        let files = FigureFiles(folder: place.appendingPathComponent("figures", isDirectory: true))
        let figures =
            (contents.opening.map { [$0] } ?? [])
            + (contents.figures + contents.beyond).flatMap(\.figures)
        try files.write(figures)
        let failure = tools.convert(files.folder)
        let page = Page(
            contents: contents, bundle: bundle, files: files.endings(figures),
            drawings: files.drawings(figures))
        try write(contents, page, to: place)
        return Written(
            page: place.appendingPathComponent("index.html"), figures: figures.count,
            screen: Screen(contents, records).text,
            tables: contents.allTables.map(\.table.plain).joined(separator: "\n"),
            notes: failure.map { [$0] } ?? [])
    }

    /// What a terminal shows of a study, without a page.
    ///
    /// - Throws: `FormatError` for records that are missing or damaged.
    package static func screen(study: URL) throws -> String {
        let records = try StudyRecords.read(study)
        return Screen(ReportContents(records), records).text
    }

    private static func write(_ contents: ReportContents, _ page: Page, to folder: URL) throws {
        let tables = contents.allTables
        let markdown = tables.map { item in
            "<a id=\"\(item.id)\"></a>\n\n" + (item.says.isEmpty ? "" : item.says + "\n\n")
                + item.table.markdown
        }
        func write(_ text: String, _ name: String) throws {
            try AtomicFile.write(Data(text.utf8), to: folder.appendingPathComponent(name))
        }
        try write(markdown.joined(separator: "\n"), "tables.md")
        try write(LaTeX.text(tables), "tables.tex")
        try CSVWriter.write(
            [ClaimSection.csvHeader] + contents.claims.flatMap(\.csv),
            to: folder.appendingPathComponent("claims.csv"))
        try write(try page.html(), "index.html")
    }
}

/// What keeps a report from being written, in one line.
package struct ReportError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
