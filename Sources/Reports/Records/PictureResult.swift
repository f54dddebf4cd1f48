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

    var evidence: TicketEvidence { TicketEvidence(report.runs) }
    var claims: [JudgedTicketClaim] { TicketClaim.judged(evidence, protocolName: label) }

    /// The protocol that the record states; a record that states none and has no test part read its
    /// test pictures every epoch, which is `as-paper`.
    static func protocolName(_ report: TicketReport) -> String {
        let prefix = "Protocol: "
        if let line = report.conditions.first(where: { $0.hasPrefix(prefix) }) {
            return String(line.dropFirst(prefix.count))
        }
        return report.runs.contains { $0.training.test != nil } ? "leak-free" : "as-paper"
    }

    /// Whether the watched pictures are the test pictures.
    var watchesTest: Bool { !report.runs.contains { $0.training.test != nil } }
}
