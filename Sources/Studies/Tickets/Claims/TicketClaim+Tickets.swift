import Statistics

/// Sections 3.4 and 3.5, Figs. 2 to 6: tickets, and random masks of the same density.
extension TicketClaim {
    static let ticketsMatch = TicketClaim(
        name: "tickets match up to 50%", section: "3.4, Fig. 2",
        statement: "Up to 50% can be pruned and the ticket regains the accuracy.",
        criterion: "at every amount up to 50%, accuracy minus unpruned is above -3 points"
    ) { evidence in
        let amounts = evidence.amounts(.percentile).filter { $0 <= 0.5 }
        return matches(evidence, .percentile, amounts.last == 0.5 ? amounts : [])
    }

    static let ticketsFail = TicketClaim(
        name: "tickets fail at 70 and 90%", section: "3.4, Fig. 2",
        statement: "At 70 and 90% the ticket does not reach the accuracy of the unpruned network.",
        criterion: "at both (those that were run), accuracy minus unpruned is below -3 points"
    ) { evidence in
        fails(
            evidence, .percentile, evidence.amounts(.percentile).filter { [0.7, 0.9].contains($0) })
    }

    static let randomMatchesAtTenth = TicketClaim(
        name: "random matches at 10%", section: "3.5, Fig. 3",
        statement: "At 10%, random pruning too reaches the accuracy of the unpruned network.",
        criterion: "at 10%, random minus unpruned is above -3 points"
    ) { matches($0, .random, $0.amounts(.random).filter { $0 == 0.1 }) }

    static let percentileBeatsRandom = TicketClaim(
        name: "percentile beats random", section: "3.5, Figs. 4-6",
        statement: "Percentile tickets reach a higher accuracy than random ones (30% and more).",
        criterion: "at every amount from 30%, percentile minus random is above 0"
    ) { evidence in
        let effects = shared(evidence).filter { $0 >= 0.3 }.map { amount in
            (label(amount), evidence.difference(.percentile, amount, minus: .random, amount))
        }
        return Finding(
            Verdict(all: effects.map { Verdict($0.1.interval, atLeast: 0) }), effects)
    }

    static let randomLosesMore = TicketClaim(
        name: "more so as the amount grows", section: "3.5, Figs. 3-6",
        statement: "The advantage of percentile over random tickets grows with the amount.",
        criterion: "its least-squares slope over the amounts, seed by seed, is above 0"
    ) { evidence in
        let amounts = shared(evidence)
        guard amounts.count > 1 else { return .untested }
        let slopes = Summary(
            evidence.seeds.compactMap { seed in
                let gains = amounts.compactMap { gain(evidence, $0, seed) { $0.accuracy } }
                return gains.count == amounts.count ? slope(amounts, gains) / 10 : nil
            })
        return Finding(Verdict(slopes.interval, atLeast: 0), [("each 10% more", slopes)])
    }

    static let randomIsSlower = TicketClaim(
        name: "random trains slower", section: "3.5, Figs. 3-6",
        statement: "Randomly pruned networks retrain more slowly.",
        criterion: "averaged over epochs and amounts, percentile minus random is above 0"
    ) { evidence in
        let amounts = shared(evidence)
        let means = Summary(
            evidence.seeds.compactMap { seed in
                let gains = amounts.compactMap { gain(evidence, $0, seed) { $0.meanAccuracy } }
                guard !gains.isEmpty, gains.count == amounts.count else { return nil }
                return gains.reduce(0, +) / Double(gains.count)
            })
        if means.n == 0 { return .untested }
        return Finding(Verdict(means.interval, atLeast: 0), [("all amounts", means)])
    }

    static let ticketAgainstControl = TicketClaim(
        name: "ticket against control", section: "(not in the paper)",
        statement: "At 50%, the ticket keeps up with the unpruned network given twice the epochs.",
        criterion: "at 50%, accuracy minus the control's is above -3 points"
    ) { matches($0, .percentile, half($0, .percentile), against: .control) }

    /// Amounts at which both kinds of ticket were run.
    private static func shared(_ evidence: TicketEvidence) -> [Double] {
        let random = Set(evidence.amounts(.random))
        return evidence.amounts(.percentile).filter(random.contains)
    }

    /// Percentile less random at one amount and seed.
    private static func gain(
        _ evidence: TicketEvidence, _ amount: Double, _ seed: UInt64,
        _ value: (TechniqueRun) -> Double
    ) -> Double? {
        guard let percentile = evidence.run(.percentile, amount, seed: seed),
            let random = evidence.run(.random, amount, seed: seed)
        else { return nil }
        return value(percentile) - value(random)
    }

    /// Least-squares slope of y over x.
    static func slope(_ x: [Double], _ y: [Double]) -> Double {
        let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
        let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
        return xy / x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    }
}
