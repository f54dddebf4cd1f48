import Findings
import Foundation
import Studies

/// One comparison of techniques on pictures, as its record tells it.
struct PictureResult: Sendable {
    /// What tells it from the other results of a report, and names its figures: `leak-free`.
    let label: String
    let report: TicketReport
    /// The file it was read from, as a reader finds it.
    let file: String
    let written: Date?
    /// What it says: claims judged, what could go, what to distrust.
    let said: PictureFindings

    init(label: String, report: TicketReport, file: String, written: Date?) {
        (self.label, self.report, self.file, self.written) = (label, report, file, written)
        said = PictureFindings(report, way: label)
    }

    var evidence: TicketEvidence { TicketEvidence(report.runs, groups: report.groups) }
    var conditions: Conditions { said.conditions }
    var answer: Answer { said.answer }
    /// nil without an unpruned network.
    var guessing: Guessing? { said.guessing }
    var findings: [Finding] { said.findings }

    /// The protocol that the record states; a record that states none and has no test part read its
    /// test pictures every epoch, which is `as-paper`.
    static func protocolName(_ report: TicketReport) -> String {
        report.protocolName ?? report.conditions.dataProtocol?.name
            ?? (report.watchesTest ? "as-paper" : "leak-free")
    }

    /// Whether the validation pictures are the test pictures.
    var watchesTest: Bool { report.watchesTest }
}
