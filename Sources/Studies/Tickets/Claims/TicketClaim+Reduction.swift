import Statistics

/// Sections 2.3 and 3.3, Fig. 1: percentile pruning against distinctiveness.
extension TicketClaim {
    static let meanAccuracy = TicketClaim(
        name: "mean accuracy", section: "2.3, 3.1",
        statement: "The fine-tuned ResNet-18 reaches 50% on average (on SFEW).",
        criterion: "the 95% interval of the mean lies within 47 to 53"
    ) { evidence in
        let summary = Summary(evidence.values(.unpruned) { $0.accuracy })
        let effects = [(JudgedTicketClaim.level, summary)]
        let low = Verdict(summary.interval, atLeast: 50 - margin)
        let high = Verdict(summary.interval, under: 50 + margin)
        return Finding(Verdict(all: [low, high]), effects)
    }

    static let percentileAtFew = TicketClaim(
        name: "percentile recovers at about 22%", section: "3.3, Fig. 1",
        statement: "When little is pruned (21.875%), percentile pruning regains the accuracy.",
        criterion: "at 20 to 30%, accuracy minus unpruned is above -3 points"
    ) { matches($0, .asThePaper, few($0, .asThePaper)) }

    static let distinctivenessAtFew = TicketClaim(
        name: "distinctiveness recovers at about 22%", section: "3.3, Fig. 1",
        statement: "When little is pruned (21.875%), distinctiveness regains the accuracy.",
        criterion: "at 20 to 30%, accuracy minus unpruned is above -3 points"
    ) { matches($0, .distinctiveness, few($0, .distinctiveness)) }

    static let percentileAtHalf = TicketClaim(
        name: "percentile recovers at 50%", section: "3.3, Fig. 1",
        statement: "At 50%, percentile pruning regains the accuracy of the unpruned network.",
        criterion: "at 50%, accuracy minus unpruned is above -3 points"
    ) { matches($0, .asThePaper, half($0, .asThePaper)) }

    static let distinctivenessAtHalf = TicketClaim(
        name: "distinctiveness does not at 50%", section: "3.3, Fig. 1",
        statement: "At 50%, distinctiveness does not regain the accuracy.",
        criterion: "at 50%, accuracy minus unpruned is below -3 points"
    ) { fails($0, .distinctiveness, half($0, .distinctiveness)) }

    static let distinctivenessUnderTwenty = TicketClaim(
        name: "distinctiveness stays under 20%", section: "3.3",
        statement: "At 50%, distinctiveness never gets over 20% accuracy.",
        criterion: "the mean of the best watched epoch is below 20"
    ) { evidence in
        guard let amount = half(evidence, .distinctiveness).first else { return .untested }
        let best = Summary(
            evidence.values(.distinctiveness, amount) { 100 * $0.training.best })
        return Finding(Verdict(best.interval, under: 20), [(JudgedTicketClaim.level, best)])
    }

    static let percentileBeatsDistinctiveness = TicketClaim(
        name: "percentile beats distinctiveness", section: "3.3, 3.6, Fig. 1",
        statement: "At 50%, percentile pruning regains more accuracy than distinctiveness.",
        criterion: "at 50%, percentile (as the paper) minus distinctiveness is above 0"
    ) { beatsDistinctiveness($0, .asThePaper) }

    static let matchedBeatsDistinctiveness = TicketClaim(
        name: "percentile matched beats it too", section: "(not in the paper)",
        statement: "So it does when each layer loses no more weights than to distinctiveness.",
        criterion: "at 50%, percentile (matched) minus distinctiveness is above 0"
    ) { beatsDistinctiveness($0, .matched) }

    static let distinctivenessAgainstControl = TicketClaim(
        name: "distinctiveness against control", section: "(not in the paper)",
        statement: "At about 22%, distinctiveness keeps up with an unpruned net trained as long.",
        criterion: "at 20 to 30%, accuracy minus the control's is above -3 points"
    ) { matches($0, .distinctiveness, few($0, .distinctiveness), against: .control) }
}

/// What the criteria are made of.
extension TicketClaim {
    /// The amount nearest to the paper's 21.875% among those from 20 to 30%.
    static func few(_ evidence: TicketEvidence, _ technique: Technique) -> [Double] {
        let near = evidence.amounts(technique).filter { (0.2...0.3).contains($0) }
        return near.min { abs($0 - 0.21875) < abs($1 - 0.21875) }.map { [$0] } ?? []
    }

    static func half(_ evidence: TicketEvidence, _ technique: Technique) -> [Double] {
        evidence.amounts(technique).filter { $0 == 0.5 }
    }

    private static func beatsDistinctiveness(
        _ evidence: TicketEvidence, _ technique: Technique
    ) -> Finding {
        let amounts = Set(half(evidence, technique)).intersection(half(evidence, .distinctiveness))
        guard let amount = amounts.first else { return .untested }
        let effect = evidence.difference(technique, amount, minus: .distinctiveness, amount)
        return Finding(Verdict(effect.interval, atLeast: 0), [(label(amount), effect)])
    }

    static func label(_ amount: Double) -> String { TicketReport.percent(amount) + "%" }

    /// Judges "no worse than the unpruned network by the margin", at every amount.
    static func matches(
        _ evidence: TicketEvidence, _ technique: Technique, _ amounts: [Double],
        against other: Technique = .unpruned
    ) -> Finding {
        judge(evidence, technique, amounts, against: other) {
            Verdict($0, atLeast: -margin)
        }
    }

    /// Judges "worse than the unpruned network by more than the margin", at every amount.
    static func fails(
        _ evidence: TicketEvidence, _ technique: Technique, _ amounts: [Double]
    ) -> Finding {
        judge(evidence, technique, amounts, against: .unpruned) { Verdict($0, under: -margin) }
    }

    private static func judge(
        _ evidence: TicketEvidence, _ technique: Technique, _ amounts: [Double],
        against other: Technique, _ verdict: (Interval?) -> Verdict
    ) -> Finding {
        let effects = amounts.map { amount in
            (label(amount), evidence.difference(technique, amount, minus: other))
        }
        return Finding(Verdict(all: effects.map { verdict($0.1.interval) }), effects)
    }
}
