import Findings
import Statistics

/// Sections 2.3 and 3.3, Fig. 1: percentile pruning against distinctiveness.
extension PictureClaims {
    static let meanAccuracy = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "mean-accuracy", .pictures, name: "mean accuracy", section: "2.3, 3.1",
            statement: "The fine-tuned ResNet-18 reaches 50% on average (on SFEW).",
            measured: "the mean accuracy", unit: .percent,
            .within(50 - Claim.margin, 50 + Claim.margin))
    ) { Judge.Evidence([Contrast(.unpruned, nil).effect($0, "")]) }

    static let percentileAtFew = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "percentile-at-few", .pictures, name: "percentile recovers at about 22%",
            section: "3.3, Fig. 1",
            statement: "When little is pruned (21.875%), percentile pruning regains the accuracy.",
            measured: "at 20 to 30%, accuracy minus unpruned", .noLoss(margin: Claim.margin))
    ) { against($0, .asThePaper, few($0, .asThePaper)) }

    static let distinctivenessAtFew = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "distinctiveness-at-few", .pictures, name: "distinctiveness recovers at about 22%",
            section: "3.3, Fig. 1",
            statement: "When little is pruned (21.875%), distinctiveness regains the accuracy.",
            measured: "at 20 to 30%, accuracy minus unpruned", .noLoss(margin: Claim.margin))
    ) { evidence in
        distinct(evidence, few) { against(evidence, $0.filters, [$0.amount]) }
    }

    static let percentileAtHalf = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "percentile-at-half", .pictures, name: "percentile recovers at 50%",
            section: "3.3, Fig. 1",
            statement: "At 50%, percentile pruning regains the accuracy of the unpruned network.",
            measured: "at 50%, accuracy minus unpruned", .noLoss(margin: Claim.margin))
    ) { against($0, .asThePaper, half($0, .asThePaper)) }

    static let distinctivenessAtHalf = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "distinctiveness-at-half", .pictures, name: "distinctiveness does not at 50%",
            section: "3.3, Fig. 1",
            statement: "At 50%, distinctiveness does not regain the accuracy.",
            measured: "at 50%, accuracy minus unpruned", .loss(margin: Claim.margin))
    ) { evidence in
        distinct(evidence, half) { against(evidence, $0.filters, [$0.amount]) }
    }

    static let distinctivenessUnderTwenty = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "distinctiveness-under-twenty", .pictures, name: "distinctiveness stays under 20%",
            section: "3.3",
            statement: "At 50%, distinctiveness never gets over 20% accuracy.",
            measured: "the mean of the best validation epoch", unit: .percent, .below(20))
    ) { evidence in
        distinct(evidence, half) { arm in
            let best = evidence.values(arm.filters, arm.amount) { 100 * $0.training.best }
            let shown = Contrast(arm.filters, arm.amount).effect(evidence, "")
            return Judge.Evidence([
                Effect(
                    label: "", unit: .percent, estimate: Estimate(best), confidence: 0.90,
                    refusal: shown.refusal)
            ])
        }
    }

    static let percentileBeatsDistinctiveness = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "percentile-beats-distinctiveness", .pictures,
            name: "percentile beats distinctiveness", section: "3.3, 3.6, Fig. 1",
            statement: "At 50%, percentile pruning regains more accuracy than distinctiveness.",
            measured: "at 50%, percentile (as the paper) minus distinctiveness", .better)
    ) { evidence in
        distinct(evidence, half) { beats(evidence, .asThePaper, $0) }
    }

    static let matchedBeatsDistinctiveness = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "matched-beats-distinctiveness", .pictures, name: "percentile matched beats it too",
            section: "(not in the paper)", isPapers: false,
            statement: "So it does when each layer loses no more weights than to distinctiveness.",
            measured: "at 50%, percentile (matched) minus distinctiveness", .better)
    ) { evidence in
        distinct(evidence, half) { beats(evidence, $0.matched, $0) }
    }

    static let distinctivenessAgainstControl = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "distinctiveness-against-control", .pictures, name: "distinctiveness against control",
            section: "(not in the paper)", isPapers: false,
            statement:
                "At about 22%, distinctiveness keeps up with an unpruned net trained as long.",
            measured: "at 20 to 30%, accuracy minus the control's", .noLoss(margin: Claim.margin))
    ) { evidence in
        distinct(evidence, few) {
            against(evidence, $0.filters, [$0.amount], other: .control)
        }
    }
}

/// Distinctiveness in one of its two ways, at one amount.
private struct DistinctArm {
    /// `distinctiveness` by angle, or by merging order.
    let filters: StudyTechnique
    /// Percentile with as many weights of each layer.
    let matched: StudyTechnique
    let amount: Double
}

/// What the claims are judged by.
extension PictureClaims {
    /// The amount nearest to the paper's 21.875% among those from 20 to 30%.
    static func few(_ evidence: TicketEvidence, _ technique: StudyTechnique) -> [Double] {
        let near = evidence.amounts(technique).filter { (0.2...0.3).contains($0) }
        return near.min { abs($0 - 0.21875) < abs($1 - 0.21875) }.map { [$0] } ?? []
    }

    static func half(_ evidence: TicketEvidence, _ technique: StudyTechnique) -> [Double] {
        evidence.amounts(technique).filter { $0 == 0.5 }
    }

    /// Judges distinctiveness by angle, as the paper did; by merging order, and says so, where an
    /// angle that reaches the amount in one layer takes next to nothing of the whole.
    private static func distinct(
        _ evidence: TicketEvidence,
        _ amounts: (TicketEvidence, StudyTechnique) -> [Double],
        _ judge: (DistinctArm) -> Judge.Evidence
    ) -> Judge.Evidence {
        func arm(_ filters: StudyTechnique, _ matched: StudyTechnique) -> DistinctArm? {
            amounts(evidence, filters).first.map {
                DistinctArm(filters: filters, matched: matched, amount: $0)
            }
        }
        let byAngle = arm(.distinctiveness, .matched)
        let byOrder = arm(.distinctivenessByOrder, .matchedByOrder)
        let removed = byAngle.map { evidence.removed(.distinctiveness, $0.amount).mean }
        if let byAngle, byOrder == nil || removed ?? 0 >= Judge.leastRemoved {
            return judge(byAngle)
        }
        guard let byOrder else { return Judge.Evidence([], refusal: .notRun) }
        let found = judge(byOrder)
        let why = removed.map {
            "; the paper's angle took \(TicketReport.percent($0 / 100))% of the weights"
        }
        return Judge.Evidence(
            found.effects, refusal: found.refusal,
            note: "by merging order, the most alike first\(why ?? "")")
    }

    private static func beats(
        _ evidence: TicketEvidence, _ technique: StudyTechnique, _ arm: DistinctArm
    ) -> Judge.Evidence {
        guard evidence.amounts(technique).contains(arm.amount) else {
            return Judge.Evidence([], refusal: .notRun)
        }
        return Judge.Evidence([
            Contrast(technique, arm.amount, minus: arm.filters, arm.amount)
                .effect(evidence, label(arm.amount), confidence: 0.95)
        ])
    }

    static func label(_ amount: Double) -> String { TicketReport.percent(amount) + "%" }

    /// A technique less the unpruned network or its control, at every amount.
    static func against(
        _ evidence: TicketEvidence, _ technique: StudyTechnique, _ amounts: [Double],
        other: StudyTechnique = .unpruned
    ) -> Judge.Evidence {
        Judge.Evidence(
            amounts.map { amount in
                Contrast(technique, amount, minus: other, nil).effect(evidence, label(amount))
            })
    }
}
