import Findings
import Statistics

/// Sections 3.4 and 3.5, Figs. 2 to 6: tickets, and random masks of the same density.
extension PictureClaims {
    static let ticketsMatch = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "tickets-match", .pictures, name: "tickets match up to 50%", section: "3.4, Fig. 2",
            statement: "Up to 50% can be pruned and the ticket regains the accuracy.",
            measured: "at every amount up to 50%, accuracy minus unpruned",
            .noLoss(margin: Claim.margin))
    ) { evidence in
        let amounts = evidence.amounts(.percentile).filter { $0 <= 0.5 }
        return against(evidence, .percentile, amounts.last == 0.5 ? amounts : [])
    }

    static let ticketsFail = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "tickets-fail", .pictures, name: "tickets fail at 70 and 90%", section: "3.4, Fig. 2",
            statement:
                "At 70 and 90% the ticket does not reach the accuracy of the unpruned network.",
            measured: "at both (those that were run), accuracy minus unpruned",
            .loss(margin: Claim.margin))
    ) { evidence in
        against(
            evidence, .percentile, evidence.amounts(.percentile).filter { [0.7, 0.9].contains($0) })
    }

    static let randomMatchesAtTenth = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "random-matches-at-tenth", .pictures, name: "random matches at 10%",
            section: "3.5, Fig. 3",
            statement: "At 10%, random pruning too reaches the accuracy of the unpruned network.",
            measured: "at 10%, random minus unpruned", .noLoss(margin: Claim.margin))
    ) { against($0, .random, $0.amounts(.random).filter { $0 == 0.1 }) }

    static let percentileBeatsRandom = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "percentile-beats-random", .pictures, name: "percentile beats random",
            section: "3.5, Figs. 4-6",
            statement:
                "Percentile tickets reach a higher accuracy than random ones (30% and more).",
            measured: "at every amount from 30%, percentile minus random", .better)
    ) { evidence in
        Judge.Evidence(
            shared(evidence).filter { $0 >= 0.3 }.map { amount in
                Contrast(.percentile, amount, minus: .random, amount)
                    .effect(evidence, label(amount), confidence: 0.95)
            })
    }

    static let randomLosesMore = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "random-loses-more", .pictures, name: "more so as the amount grows",
            section: "3.5, Figs. 3-6",
            statement: "The advantage of percentile over random tickets grows with the amount.",
            measured: "its least-squares slope over the amounts, for each 10% more, seed by seed,",
            .better)
    ) { evidence in
        let amounts = steady(evidence)
        guard amounts.count > 1 else { return Judge.Evidence([], refusal: .notRun) }
        let slope = zip(amounts, slopeWeights(amounts)).flatMap { amount, weight in
            [
                Contrast.Term(technique: .percentile, amount: amount, weight: weight / 10),
                Contrast.Term(technique: .random, amount: amount, weight: -weight / 10),
            ]
        }
        return Judge.Evidence([
            Contrast(slope).effect(evidence, "each 10% more", confidence: 0.95)
        ])
    }

    static let randomIsSlower = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "random-is-slower", .pictures, name: "random trains slower", section: "3.5, Figs. 3-6",
            statement: "Randomly pruned networks retrain more slowly.",
            measured:
                "validation accuracy, averaged over epochs and amounts, percentile minus random",
            .better)
    ) { evidence in
        let amounts = steady(evidence)
        let means = evidence.seeds.compactMap { seed -> Double? in
            let gains = amounts.compactMap { gain(evidence, $0, seed) }
            guard !gains.isEmpty, gains.count == amounts.count else { return nil }
            return gains.reduce(0, +) / Double(gains.count)
        }
        return Judge.Evidence([
            Effect(
                label: amounts.map(label).joined(separator: ", "), unit: .points,
                estimate: Estimate(means), wins: WinProbability(means),
                signFlip: SignFlip.p(means))
        ])
    }

    static let ticketAgainstControl = JudgedClaim<TicketEvidence>(
        claim: Claim(
            "ticket-against-control", .pictures, name: "ticket against control",
            section: "(not in the paper)", isPapers: false,
            statement:
                "At 50%, the ticket keeps up with the unpruned network given twice the epochs.",
            measured: "at 50%, accuracy minus the control's", .noLoss(margin: Claim.margin))
    ) { against($0, .percentile, half($0, .percentile), other: .control) }

    /// Amounts at which both kinds of ticket were run.
    private static func shared(_ evidence: TicketEvidence) -> [Double] {
        let random = Set(evidence.amounts(.random))
        return evidence.amounts(.percentile).filter(random.contains)
    }

    /// Those of `shared` at which most seeds have both: what is compared over amounts needs the same
    /// seeds at each.
    private static func steady(_ evidence: TicketEvidence) -> [Double] {
        func seeds(_ amount: Double) -> Int {
            Contrast(.percentile, amount, minus: .random, amount).values(evidence).count
        }
        let most = shared(evidence).map(seeds).max()
        return shared(evidence).filter { seeds($0) == most }
    }

    /// Mean validation accuracy of percentile less random at one amount and seed.
    private static func gain(
        _ evidence: TicketEvidence, _ amount: Double, _ seed: UInt64
    ) -> Double? {
        guard let percentile = evidence.run(.percentile, amount, seed: seed),
            let random = evidence.run(.random, amount, seed: seed)
        else { return nil }
        return percentile.meanAccuracy - random.meanAccuracy
    }

    /// The weights w of values y at places x whose sum w y is their least-squares slope:
    /// (x - mean) / sum (x - mean)^2.
    static func slopeWeights(_ x: [Double]) -> [Double] {
        let mean = x.reduce(0, +) / Double(x.count)
        let square = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return x.map { ($0 - mean) / square }
    }
}
