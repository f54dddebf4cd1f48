import Statistics

/// A statement of the paper on pictures (sections 3.3 to 3.6), and how it is judged.
///
/// Criteria were written down before any run was looked at. A difference is taken seed by seed, on
/// the accuracy that `TechniqueRun.accuracy` defines.
package struct TicketClaim: Sendable {
    package let name: String
    /// Section or figure of the paper.
    package let section: String
    package let statement: String
    /// What has to hold, in words.
    package let criterion: String
    let judge: @Sendable (TicketEvidence) -> Finding

    /// What a claim is judged by.
    struct Finding {
        let verdict: Verdict
        /// Effects in points: at which amount, and how much.
        let effects: [(label: String, effect: Summary)]

        init(_ verdict: Verdict, _ effects: [(label: String, effect: Summary)]) {
            self.verdict = verdict
            self.effects = effects
        }

        static let untested = Finding(.untested, [])
    }

    /// Accuracies within this many points are alike: the standard deviation that the paper gives for
    /// its fine-tuned network (section 2.3).
    package static let margin = 3.0

    /// All claims, in the paper's order.
    package static let all: [TicketClaim] = [
        meanAccuracy, percentileAtFew, distinctivenessAtFew, percentileAtHalf,
        distinctivenessAtHalf, distinctivenessUnderTwenty, percentileBeatsDistinctiveness,
        matchedBeatsDistinctiveness, ticketsMatch, ticketsFail, randomMatchesAtTenth,
        percentileBeatsRandom,
        randomLosesMore, randomIsSlower, ticketAgainstControl, distinctivenessAgainstControl,
    ]

    /// Judges every claim on one comparison.
    package static func judged(
        _ evidence: TicketEvidence, protocolName: String
    ) -> [JudgedTicketClaim] {
        all.map { JudgedTicketClaim($0, $0.judge(evidence), protocolName) }
    }
}

/// A claim judged under one protocol.
package struct JudgedTicketClaim: Sendable, Codable, Equatable {
    /// One effect in points, mean with interval over the seeds.
    package struct Effect: Sendable, Codable, Equatable {
        /// The amount it belongs to, such as `50%`.
        package let label: String
        package let effect: Summary
    }

    package let claim: String
    package let section: String
    package let statement: String
    package let criterion: String
    package let protocolName: String
    package let verdict: Verdict
    package let effects: [Effect]

    init(_ claim: TicketClaim, _ finding: TicketClaim.Finding, _ protocolName: String) {
        self.claim = claim.name
        section = claim.section
        statement = claim.statement
        criterion = claim.criterion
        self.protocolName = protocolName
        verdict = finding.verdict
        effects = finding.effects.map { Effect(label: $0.label, effect: $0.effect) }
    }

    /// `50%: -0.4 [-2.1, +1.3], n = 3`; says so when there is nothing to judge by.
    package var evidence: String {
        if effects.isEmpty { return "no such runs" }
        return effects.map { item in
            let text = item.effect.text(signed: item.label != Self.level)
            let n = item.effect.n > 1 ? ", n = \(item.effect.n)" : ""
            return (item.label == Self.level ? "" : item.label + ": ") + text + n
        }.joined(separator: "; ")
    }

    /// The label of an effect that is an accuracy, not a difference.
    static let level = "accuracy"
}
