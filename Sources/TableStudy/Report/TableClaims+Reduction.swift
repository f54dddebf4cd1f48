import Findings
import Statistics

/// Sections 3.2 and 3.6: what merging similar units and dropping opposite ones does.
extension TableClaims {
    static let noneAtOriginalBounds = JudgedClaim<TableEvidence> { evidence in
        let claim = Claim(
            "none-at-original-bounds", .table, name: "no pairs at 15 and 165", section: "3.2",
            statement: "No pairs are found under 15 or over 165 degrees.",
            measured: "the share of runs of each size that have such a pair", unit: .share,
            .below(rare))
        let kinds: [(TableReduction, Double)] = [(.similar, 15), (.complementary(.paper), 165)]
        let shares = evidence.settings.hiddenSizes.flatMap { hidden in
            kinds.compactMap { kind, bound in
                evidence.at(hidden, kind, bound).map {
                    Effect(
                        label: "\(hidden) units, \(Int(bound)) degrees", share: $0.runsWithPairs)
                }
            }
        }
        return (claim, Judge.Evidence(shares))
    }

    static let smallNetsLose = JudgedClaim<TableEvidence> { evidence in
        let claim = Claim(
            "small-nets-lose", .table, name: "30 units lose", section: "3.2, 3.6",
            statement: "With 30 units, merging similar ones lowers the accuracy.",
            measured: "mean change at 45 degrees, in runs with a pair,", .worse)
        return (
            claim, changes(evidence, [30], .similar, similarBound, inRunsWithPairs: true, 0.95)
        )
    }

    static let smallNetsAlmostAlwaysLose = JudgedClaim<TableEvidence> { evidence in
        let claim = Claim(
            "small-nets-almost-always-lose", .table, name: "30 units almost always lose",
            section: "3.2",
            statement: "With 30 units, merging similar ones almost always lowers the accuracy.",
            measured: "the share of the runs with a pair at 45 degrees in which it falls",
            unit: .share, .above(0.5))
        let changes = evidence.changes(30, .similar, similarBound, inRunsWithPairs: true)
        let lower = Proportion(count: changes.count { $0 < 0 }, of: changes.count)
        return (claim, Judge.Evidence([Effect(label: "", share: lower)]))
    }

    static let largeNetsKeep = JudgedClaim<TableEvidence> { evidence in
        let claim = Claim(
            "large-nets-keep", .table, name: "100 units barely change", section: "3.2",
            statement: "With 100 units, merging similar ones does not affect the accuracy by much.",
            measured: "mean change at 45 degrees, in runs with a pair, in test rows' worth,",
            .within(-evidence.row, evidence.row))
        return (
            claim, changes(evidence, [100], .similar, similarBound, inRunsWithPairs: true)
        )
    }

    static let sizeHelps = JudgedClaim<TableEvidence> { evidence in
        let claim = Claim(
            "size-helps", .table, name: "more units lose less", section: "3.2",
            statement: "Merging costs less accuracy as the hidden layer grows.",
            measured: "change at 45 degrees with 100 units less that with 30, paired,", .better)
        let large = evidence.changes(100, .similar, similarBound)
        let small = evidence.changes(30, .similar, similarBound)
        let pairs = large.count == small.count ? zip(large, small).map { $0 - $1 } : []
        return (claim, Judge.Evidence([effect(pairs, .points, confidence: 0.95)]))
    }

    static let noOpposites = JudgedClaim<TableEvidence> { evidence in
        let claim = Claim(
            "no-opposites", .table, name: "30 units have no opposites", section: "3.2",
            statement: "With 30 units there are no pairs over 140 degrees.",
            measured: "the share of runs that have such a pair", unit: .share, .below(rare))
        let found = evidence.at(30, .complementary(.paper), complementaryBound)
        return (
            claim,
            Judge.Evidence(found.map { [Effect(label: "", share: $0.runsWithPairs)] } ?? [])
        )
    }

    static let noSteepFall = JudgedClaim<TableEvidence> { evidence in
        let claim = Claim(
            "no-steep-fall", .table, name: "dropping opposites is safe", section: "3.2",
            statement:
                "Dropping pairs over 140 degrees leads to no steep fall (50 and 100 units).",
            measured: "mean change, in runs with a pair, at both sizes,", .noLoss(margin: steep))
        return (
            claim,
            changes(
                evidence, [50, 100], .complementary(.paper), complementaryBound,
                inRunsWithPairs: true)
        )
    }

    static let largeNetsGainOrKeep = JudgedClaim<TableEvidence> { evidence in
        let claim = Claim(
            "large-nets-gain-or-keep", .table, name: "100 units same or better", section: "3.6",
            statement: "With many units, reduction leads to the same or higher accuracy.",
            measured: "mean change at 45 degrees with 100 units, all runs,",
            .noLoss(margin: evidence.row))
        return (claim, changes(evidence, [100], .similar, similarBound))
    }

    /// Changes of accuracy at one bound, for each size that was studied.
    private static func changes(
        _ evidence: TableEvidence, _ sizes: [Int], _ reduction: TableReduction, _ bound: Double,
        inRunsWithPairs: Bool = false, _ confidence: Double = 0.90
    ) -> Judge.Evidence {
        Judge.Evidence(
            sizes.map { hidden in
                effect(
                    evidence.changes(hidden, reduction, bound, inRunsWithPairs: inRunsWithPairs),
                    .points, label: sizes.count > 1 ? "\(hidden) units" : "",
                    confidence: confidence)
            })
    }
}
