import Core
import Findings
import Foundation
import Reports
import Studies
import TableStudy

/// What a reproduction found.
package struct ReproductionResult {
    private let table: TableRecords?
    private let findings: StudyFindings?
    private let folder: URL

    init(_ table: TableRecords?, _ findings: StudyFindings?, folder: URL) {
        (self.table, self.findings, self.folder) = (table, findings, folder)
    }

    /// Every table, for a terminal. A comparison alone is shown whole; of a study with many experiments,
    /// what the paper asks.
    package var tables: String {
        var parts: [String] = []
        if let table {
            parts.append(findings == nil ? table.study.plain : table.study.plainForPaper)
        }
        if let findings {
            let isWhole = findings.experiments.experiments.count > 1
            parts += findings.comparisons.map { isWhole ? $0.plainComparison : $0.plain }
            if !findings.costs.isEmpty { parts.append(StudyCosts.table(findings.costs).plain) }
        }
        return parts.joined(separator: "\n")
    }

    /// One screen: the answer, and where the page is. Needs no page.
    package func screen(_ report: Report.Written?) throws -> String {
        try report?.screen ?? Report.screen(study: folder)
    }

    /// One document: what was found on pictures and on the table, and every verdict.
    package func json(_ report: Report.Written?) throws -> Data {
        if let table, findings == nil { return try table.json() }
        return try CanonicalJSON.page.naming(nan: "nan").document(
            Document(
                pictures: findings,
                claims: findings?.comparisons.flatMap { PictureFindings($0).findings } ?? [],
                table: table?.study, report: report?.page.path))
    }

    private struct Document: Encodable {
        let pictures: StudyFindings?
        let claims: [Finding]
        let table: TableStudy?
        let report: String?
    }
}
