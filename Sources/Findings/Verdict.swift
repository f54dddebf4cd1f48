/// Whether the data bears out a statement.
package enum Verdict: String, Sendable, Codable, CaseIterable {
    case supported
    case contradicted
    /// The numbers fit both.
    case undecided
    /// There is nothing to judge by, or it would be wrong to: a `Refusal` says why.
    case untested

    /// Whether it is a verdict in the strict sense.
    package var isDecided: Bool { self == .supported || self == .contradicted }

    /// As a reader sees it.
    package var word: String {
        switch self {
        case .supported: "holds"
        case .contradicted: "does not hold"
        case .undecided: "cannot tell"
        case .untested: "not judged"
        }
    }
}

/// Why there is no verdict.
package enum Refusal: Sendable, Codable, Equatable {
    /// No runs that it could be judged by.
    case notRun
    /// Fewer pairs of runs than a sign-flip test needs to reach 5%.
    case tooFewPairs(Int, needed: Int)
    /// The unpruned network is not clearly better than guessing.
    case guessing(Guessing)
    /// What was pruned is next to nothing: percent of the weights.
    case removedNothing(technique: String, percent: Double)

    /// `cannot tell from n = 3`.
    package var text: String {
        switch self {
        case .notRun: "not run"
        case .tooFewPairs(let n, let needed): "cannot tell from n = \(n): \(needed) are needed"
        case .guessing(let facts): "not judged: \(facts.text)"
        case .removedNothing(let technique, let percent):
            "not judged: \(technique) removed \(percent.formatted(digits: 1))% of the weights"
        }
    }
}
