/// What a reader should not overlook, the gravest first.
package enum Caution: Sendable, Codable, Equatable {
    /// The unpruned network is not clearly better than guessing.
    case guessing(Guessing)
    /// Test pictures have relatives in training, or choose the epoch.
    case leaks(Conditions.DataProtocol)
    /// Techniques that removed next to nothing.
    case removedNothing([String])
    /// Start weights stand in for ImageNet's.
    case substituteStart([StartSource])
    case syntheticPictures(String)
    /// Pairs of runs, for claims that turn on them.
    case fewSeeds(Int)
    /// Test pictures, and points that one of them is worth.
    case fewTestPictures(Int)
    case reduced([Reduction])
    /// In the record's own words.
    case other(String)

    /// Test pictures a seed from which on their number is no caution.
    package static let enoughPictures = 400

    package var isLeak: Bool {
        if case .leaks = self { return true }
        return false
    }

    /// 0 is the gravest.
    package var rank: Int {
        switch self {
        case .guessing: 0
        case .leaks: 1
        case .removedNothing: 2
        case .other: 3
        case .syntheticPictures: 4
        case .substituteStart: 5
        case .fewSeeds: 6
        case .fewTestPictures: 7
        case .reduced: 8
        }
    }

    /// In two or three words.
    package var short: String {
        switch self {
        case .guessing: "networks that learnt little"
        case .leaks: "a protocol that leaks"
        case .removedNothing: "techniques that removed nothing"
        case .other: "a warning"
        case .syntheticPictures: "synthetic pictures"
        case .substituteStart: "substitute start weights"
        case .fewSeeds(let n): n == 1 ? "one seed" : "few seeds"
        case .fewTestPictures: "few test pictures"
        case .reduced: "a reduced study"
        }
    }

    /// One sentence.
    package var text: String {
        switch self {
        case .guessing(let facts):
            return "No verdicts: \(facts.text). What has learnt little has little to lose by "
                + "pruning."
        case .leaks(let facts):
            let text = facts.leak ?? "protocol \(facts.name) leaks."
            return text.prefix(1).uppercased() + text.dropFirst()
        case .removedNothing(let names):
            return "Next to nothing was removed by \(names.joined(separator: ", ")): shown, not "
                + "judged."
        case .substituteStart(let starts): return starts.map(\.text).joined(separator: " ")
        case .syntheticPictures(let text): return text
        case .fewSeeds(let n):
            return n == 1
                ? "n = 1: there are no intervals, and no difference can be told from chance."
                : "n = \(n) seeds: verdicts need \(Judge.leastPairs)."
        case .fewTestPictures(let count):
            let points = (100 / Double(max(1, count))).formatted(digits: 1)
            return "\(count) test pictures a seed: one of them is \(points) points."
        case .reduced(let reductions):
            return "Reduced: " + reductions.map(\.text).joined(separator: "; ") + "."
        case .other(let text): return text
        }
    }
}

extension Conditions.DataProtocol {
    /// What every result under a protocol that leaks must say; nil when nothing leaks.
    package var leak: String? {
        guard leaks else { return nil }
        let choice = "the best epoch on the test pictures themselves is quoted"
        if manifest != nil {
            let found = leaksFound ?? []
            return found.isEmpty
                ? "protocol \(name): the audit found no leak in the manifest's split, but \(choice)."
                : "protocol \(name): the manifest's split leaks (\(found.joined(separator: "; "))), "
                    + "and \(choice)."
        }
        guard let related, let siblings, let tested else {
            return "protocol \(name) leaks: augmented copies of most test pictures are in the "
                + "training part, and \(choice)."
        }
        return "protocol \(name) leaks: \(related) of \(tested) test samples"
            + (seed.map { " (seed \($0))" } ?? "")
            + " have a relative in training, \(siblings) an augmented sibling, and \(choice). Compare "
            + "with protocol leak-free."
    }
}

extension Conditions {
    /// Whatever the conditions alone give cause for.
    package var cautions: [Caution] {
        var found: [Caution] = []
        if let dataProtocol, dataProtocol.leaks { found.append(.leaks(dataProtocol)) }
        if let synthetic = data?.synthetic { found.append(.syntheticPictures(synthetic)) }
        let substitutes = starts.filter(\.isSubstitute)
        if !substitutes.isEmpty { found.append(.substituteStart(substitutes)) }
        if !reductions.isEmpty { found.append(.reduced(reductions)) }
        return found + warnings.map { .other($0) }
    }
}
