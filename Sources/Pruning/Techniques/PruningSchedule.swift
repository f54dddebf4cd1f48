import Foundation

/// How much of a network is left after each of several rounds of pruning and training.
package enum PruningSchedule: String, Codable, Sendable, CaseIterable {
    /// The same share of what is left in every round (Frankle & Carbin 2019).
    case geometric
    /// Much at first, ever less towards the end: left + (1 - left) (1 - t / n)^3 after t of n rounds (Zhu & Gupta
    /// 2018, To prune, or not to prune, equation 1).
    case cubic

    package var summary: String {
        switch self {
        case .geometric: "the same share of what is left in every round"
        case .cubic: "much at first, ever less towards the end"
        }
    }

    /// The share of the whole that is left after a round.
    ///
    /// - Parameters:
    ///   - final: what is left in the end, above 0 where the schedule is geometric.
    ///   - round: from 0, where all is left, to `rounds`.
    package func left(of final: Double, after round: Int, of rounds: Int) -> Double {
        let done = Double(round) / Double(rounds)
        return switch self {
        case .geometric: pow(final, done)
        case .cubic: final + (1 - final) * pow(1 - done, 3)
        }
    }

    /// The share of what a round finds that it leaves: twelve digits, so that the last bits of `pow` are part of
    /// no identity.
    package func kept(of final: Double, in round: Int, of rounds: Int) -> Double {
        let before = left(of: final, after: round - 1, of: rounds)
        let after = left(of: final, after: round, of: rounds)
        return (after / before * 1e12).rounded() / 1e12
    }
}
