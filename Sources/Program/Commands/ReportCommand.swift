import ArgumentParser
import Foundation
import Reports

/// `winnow report FOLDER`: a page, figures and tables from a study's records.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a page, figures and tables on a finished study.",
        discussion: """
            Reads tickets.json and table.json in the folder and in the folders directly in it, and \
            writes report/index.html (one file, works offline), tables.md, tables.tex, claims.csv, \
            and figures/ as CSV, SVG, PNG, PDF and Vega-Lite.
            """)

    @Argument(help: "Folder of a study that winnow reproduce wrote, or of several.")
    var folder: String
    @Option(help: "Where to write (default: FOLDER/report).")
    var out: String?

    @Flag(help: "Print every table, before the page's path.")
    var tables = false

    func run() throws {
        if let out { try OutputFiles.checkFolder(out, as: "--out") }
        let written = try Report.write(
            study: URL(fileURLWithPath: folder, isDirectory: true),
            to: out.map { URL(fileURLWithPath: $0, isDirectory: true) },
            tools: ReportTools.find(above: Bundle.main.executableURL))
        for note in written.notes { Console.note("warning: \(note)") }
        if tables { Output.line(written.tables) }
        Output.line(written.page.path)
    }
}
