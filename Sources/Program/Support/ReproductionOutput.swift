import Findings
import Foundation
import Reports
import Studies
import TableStudy

/// What `winnow reproduce` found, on standard output and as a report.
struct ReproductionOutput {
    private let table: TableRecords?
    private let findings: StudyFindings?
    private let folder: URL

    init(_ table: TableRecords?, _ findings: StudyFindings?, folder: URL) {
        (self.table, self.findings, self.folder) = (table, findings, folder)
    }

    /// One screen; before it every table, where that is asked for.
    func printText(withTables: Bool) throws {
        if withTables { printTables() }
        let report = try report()
        print(try report?.screen ?? Report.screen(study: folder))
        guard let report else { return }
        print("\nPage  \(report.page.path)")
        if !withTables { print("All tables: ./winnow report \(folder.path) --tables") }
    }

    private func printTables() {
        if let table {
            print(findings == nil ? table.study.plain : table.study.plainForPaper)
        }
        if let findings { print(text(findings)) }
    }

    /// A comparison alone is shown whole; of a study with many experiments, what the paper asks.
    private func text(_ findings: StudyFindings) -> String {
        let isWhole = findings.experiments.experiments.count > 1
        let parts = findings.comparisons.map { isWhole ? $0.plainComparison : $0.plain }
        return (parts + (findings.costs.isEmpty ? [] : [StudyCosts.table(findings.costs).plain]))
            .joined(separator: "\n")
    }

    /// One document: what was found on pictures and on the table, and every verdict.
    func printJSON() throws {
        if let table, findings == nil {
            FileHandle.standardOutput.write(try table.json())
            _ = try report()
            return
        }
        let document = Document(
            pictures: findings,
            claims: findings?.comparisons.flatMap { PictureFindings($0).findings } ?? [],
            table: table?.study, report: try report()?.page.path)
        try NetworkFiles.printJSON(document)
    }

    private struct Document: Encodable {
        let pictures: StudyFindings?
        let claims: [Finding]
        let table: TableStudy?
        let report: String?
    }

    /// The page; nil, and a warning, where what it is made with is not installed: the records are there.
    private func report() throws -> Report.Written? {
        do {
            let written = try Report.write(
                study: folder, tools: ReportTools.find(above: Bundle.main.executableURL))
            for note in written.notes { Console.note("warning: \(note)") }
            Console.note("  report   \(written.page.path)")
            return written
        } catch let error as ReportError {
            Console.note(
                "warning: no report: \(error). When that is mended: winnow report \(folder.path)")
            return nil
        }
    }
}
