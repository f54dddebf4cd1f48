import Findings

/// The paper's statements on pictures (sections 2.3 and 3.3 to 3.6), and what each is judged by.
///
/// Criteria were written down before any run was looked at. Accuracy is what `TechniqueRun.accuracy`
/// defines.
package enum PictureClaims {
    /// All claims, in the paper's order.
    package static let all: [JudgedClaim<TicketEvidence>] = [
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
        JudgedClaim.findings(all, on: evidence, way: way, refusal: refusal)
    }
}
