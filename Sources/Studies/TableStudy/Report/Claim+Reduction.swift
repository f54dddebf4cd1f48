import Foundation
import Statistics

extension Claim {
    static let noneAtOriginalBounds = Claim(
        name: "no pairs at 15 and 165", section: "3.2",
        statement: "No pairs are found under 15 or over 165 degrees.",
        criterion: "under 5% of runs of each size have such a pair"
    ) { evidence in
        let kinds: [(TableReduction, Double)] = [(.similar, 15), (.complementary(.paper), 165)]
        let shares = evidence.settings.hiddenSizes.flatMap { hidden in
            kinds.compactMap { evidence.at(hidden, $0.0, $0.1)?.runsWithPairs }
        }
        let most = shares.max { $0.share < $1.share }
        return (
            Verdict(all: shares.map { Verdict($0.interval, under: rare) }),
            most.map { "up to \(percent($0)) of runs" } ?? ""
        )
    }

    static let smallNetsLose = Claim(
        name: "30 units lose", section: "3.2, 3.6",
        statement: "With 30 units, merging similar ones lowers the accuracy.",
        criterion: "mean change at 45 degrees, in runs with a pair, is below 0"
    ) { evidence in
        guard let found = evidence.at(30, .similar, similarBound) else { return (.untested, "") }
        return (Verdict(found.changeWithPairs.interval, under: 0), points(found.changeWithPairs))
    }

    static let smallNetsAlmostAlwaysLose = Claim(
        name: "30 units almost always lose", section: "3.2",
        statement: "With 30 units, merging similar ones almost always lowers the accuracy.",
        criterion: "it falls in over half of the runs with a pair at 45 degrees"
    ) { evidence in
        let changes = evidence.changes(30, .similar, similarBound, inRunsWithPairs: true)
        let lower = Proportion(count: changes.count { $0 < 0 }, of: changes.count)
        guard lower.n > 1 else { return (.untested, "\(lower.n) runs with a pair") }
        return (Verdict(lower.interval, atLeast: 0.5), "\(percent(lower)) of \(lower.n) runs")
    }

    static let largeNetsKeep = Claim(
        name: "100 units barely change", section: "3.2",
        statement: "With 100 units, merging similar ones does not affect the accuracy by much.",
        criterion: "mean change at 45 degrees, in runs with a pair, is within one test row"
    ) { evidence in
        guard let found = evidence.at(100, .similar, similarBound),
            let interval = found.changeWithPairs.interval
        else { return (.untested, "no runs with a pair") }
        let low = Verdict(interval, atLeast: -evidence.row)
        let high = Verdict(interval, under: evidence.row)
        let verdict: Verdict =
            low == .supported && high == .supported
            ? .supported
            : low == .contradicted || high == .contradicted ? .contradicted : .undecided
        return (verdict, points(found.changeWithPairs))
    }

    static let sizeHelps = Claim(
        name: "more units lose less", section: "3.2",
        statement: "Merging costs less accuracy as the hidden layer grows.",
        criterion: "change at 45 degrees with 100 units less that with 30, paired, is above 0"
    ) { evidence in
        let large = evidence.changes(100, .similar, similarBound)
        let small = evidence.changes(30, .similar, similarBound)
        guard !large.isEmpty, large.count == small.count else { return (.untested, "") }
        let difference = Summary(paired: large, minus: small)
        return (Verdict(difference.interval, atLeast: 0), points(difference))
    }

    static let noOpposites = Claim(
        name: "30 units have no opposites", section: "3.2",
        statement: "With 30 units there are no pairs over 140 degrees.",
        criterion: "under 5% of runs have such a pair"
    ) { evidence in
        guard let found = evidence.at(30, .complementary(.paper), complementaryBound) else {
            return (.untested, "")
        }
        return (
            Verdict(found.runsWithPairs.interval, under: rare),
            "\(percent(found.runsWithPairs)) of runs"
        )
    }

    static let noSteepFall = Claim(
        name: "dropping opposites is safe", section: "3.2",
        statement: "Dropping pairs over 140 degrees leads to no steep fall (50 and 100 units).",
        criterion: "mean change, in runs with a pair, is above -5 points at both sizes"
    ) { evidence in
        let found = [50, 100].compactMap {
            evidence.at($0, .complementary(.paper), complementaryBound)?.changeWithPairs
        }
        return (
            Verdict(all: found.map { Verdict($0.interval, atLeast: -steep) }),
            found.map(points).joined(separator: "; ")
        )
    }

    static let largeNetsGainOrKeep = Claim(
        name: "100 units same or better", section: "3.6",
        statement: "With many units, reduction leads to the same or higher accuracy.",
        criterion: "mean change at 45 degrees with 100 units, all runs, is at least -1 test row"
    ) { evidence in
        guard let found = evidence.at(100, .similar, similarBound) else { return (.untested, "") }
        return (Verdict(found.change.interval, atLeast: -evidence.row), points(found.change))
    }

    private static func points(_ summary: Summary) -> String {
        "\(summary.text(digits: 2, signed: true)) points, n = \(summary.n)"
    }

    private static func percent(_ proportion: Proportion) -> String {
        guard let interval = proportion.interval else { return "none" }
        return String(
            format: "%.1f%% [%.1f, %.1f]", 100 * proportion.share, 100 * interval.low,
            100 * interval.high)
    }
}
