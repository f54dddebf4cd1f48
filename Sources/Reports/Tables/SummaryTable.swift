import Core
import Findings
import Statistics
import Studies

/// The answer in five lines: the unpruned network, and what stands for each technique beside it.
struct SummaryTable {
    private let answer: Answer
    private let guessing: Guessing?
    private let costs: [CostRecord]

    init(_ result: PictureResult, _ costs: [CostRecord]) {
        (answer, guessing) = (result.answer, result.guessing)
        self.costs = costs
    }

    /// The column of accuracies.
    static let level = "right (%)"

    /// Lines of the table, the unpruned network's first.
    private static let most = 5

    /// The techniques that prune, those that stand for themselves first, then those that go with another.
    private static let compared: (own: [String], all: [String]) = {
        let pruning = StudyTechnique.all.filter { $0.method != nil }
        let own = pruning.filter { !$0.isDerived }.map(\.name)
        return (own, own + pruning.filter(\.isDerived).map(\.name))
    }()

    /// Where the accuracy is kept longest, every technique there, and what the largest amount costs.
    var arms: [Arm] {
        let pruned = answer.arms.filter {
            $0.loss != nil && $0.amount != nil && $0.removesSomething
        }
        let amounts = Set(pruned.compactMap(\.amount)).sorted()
        let middle = answer.best?.amount ?? amounts.min { abs($0 - 0.5) < abs($1 - 0.5) }
        var chosen: [Arm] = []
        func add(_ technique: String, _ amount: Double?) {
            let arm = pruned.first { $0.technique == technique && $0.amount == amount }
            if let arm, !chosen.contains(arm) { chosen.append(arm) }
        }
        if let best = answer.best { add(best.technique, best.amount) }
        for technique in Self.compared.own { add(technique, middle) }
        for technique in Self.compared.all { add(technique, amounts.last) }
        for technique in Self.compared.all { add(technique, middle) }
        let names = Self.compared.all
        let rank = Dictionary(zip(names, names.indices)) { first, _ in first }
        return chosen.prefix(Self.most - 1).sorted {
            ($0.amount ?? 0, rank[$0.technique] ?? 0) < ($1.amount ?? 0, rank[$1.technique] ?? 0)
        }
    }

    /// Speed is left out where nothing was measured.
    var table: TextTable {
        let arms = arms
        let hasCosts = arms.contains { cost($0) != nil }
        let base = [
            "unpruned", "100%", guessing?.unpruned.text() ?? "", "", "",
        ]
        let rows = arms.map { arm in
            [
                arm.name, "\(Wording.number(100 - arm.removed.mean))%", arm.accuracy.text(),
                arm.loss.map { $0.estimate.text($0.confidence, signed: true) } ?? "",
                arm.refusal == nil ? Self.word(arm.verdict) : "cannot tell",
            ]
        }
        let speed =
            hasCosts
            ? [["100%", costs.first.map { Self.milliseconds($0.originalSeconds) } ?? ""]]
                + arms.map { arm in
                    cost(arm).map {
                        ["\(Int((100 / $0.speedup).rounded()))%", Self.milliseconds($0.seconds)]
                    } ?? ["", ""]
                }
            : ([base] + rows).map { _ in [] }
        return TextTable(
            title: "In short",
            header: ["technique", "left", Self.level, "difference", "loses?"]
                + (hasCosts ? ["mult-adds", "ms a picture"] : []),
            rows: zip([base] + rows, speed).map { $0 + $1 }, notes: [])
    }

    private func cost(_ arm: Arm) -> CostRecord? {
        costs.first {
            $0.recipe.technique.name == arm.technique && $0.recipe.amount == arm.amount
                && $0.recipe.isPlain($0.recipe.architecture)
        }
    }

    private static func milliseconds(_ seconds: Double) -> String {
        String(format: "%.1f", seconds * 1000)
    }

    private static func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .supported: "no"
        case .contradicted: "yes"
        case .undecided, .untested: "cannot tell"
        }
    }
}
