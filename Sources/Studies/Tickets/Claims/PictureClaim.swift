import Findings
import Statistics

/// A statement of the paper on pictures (sections 2.3 and 3.3 to 3.6), and what it is judged by.
///
/// Criteria were written down before any run was looked at. Accuracy is what `TechniqueRun.accuracy`
/// defines.
package struct PictureClaim: Sendable {
    package let claim: Claim
    let evidence: @Sendable (TicketEvidence) -> Judge.Evidence

    /// All claims, in the paper's order.
    package static let all: [PictureClaim] = [
        meanAccuracy, percentileAtFew, distinctivenessAtFew, percentileAtHalf,
        distinctivenessAtHalf, distinctivenessUnderTwenty, percentileBeatsDistinctiveness,
        matchedBeatsDistinctiveness, ticketsMatch, ticketsFail, randomMatchesAtTenth,
        percentileBeatsRandom, randomLosesMore, randomIsSlower, ticketAgainstControl,
        distinctivenessAgainstControl,
    ]

    /// Judges every claim on one comparison, together.
    package static func findings(
        _ evidence: TicketEvidence, way: String, refusal: Refusal?
    ) -> [Finding] {
        let claims = all.map { item -> (claim: Claim, evidence: Judge.Evidence) in
            let found = item.evidence(evidence)
            return (
                item.claim, Judge.Evidence(found.effects, refusal: refusal, note: found.note)
            )
        }
        return Judge.findings(claims, way: way)
    }
}
