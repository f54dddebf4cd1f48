import Findings
import Foundation
import Statistics
import Studies
import TableStudy

/// What a reader who stops after one sentence has: how much could go, and the numbers behind that.
struct Headline: Equatable {
    let sentence: String
    /// The same in numbers, and what it holds for.
    let detail: String

    init(_ sentence: String, _ detail: String) {
        (self.sentence, self.detail) = (sentence, detail)
    }

    /// Of the first result on pictures, which is the one that leaks least, or else of the table.
    init(_ records: StudyRecords) {
        if let result = records.pictures.first {
            self.init(result.answer, result.guessing, way: result.label)
        } else if let table = records.table {
            self.init(table: table.study)
        } else {
            self.init("Nothing was run.", "")
        }
    }

    init(_ answer: Answer, _ guessing: Guessing?, way: String) {
        let points = "\(Wording.number(answer.margin)) points"
        let base = guessing.map { " against the unpruned network's \($0.unpruned.text())%" } ?? ""
        func said(_ arm: Arm) -> String {
            "\(Self.capital(arm.name)), \(way): \(arm.loss.map(Self.points) ?? "")\(base)"
        }
        if case .guessing(let facts) = answer.refusal {
            self.init(
                "Nothing can be said of pruning here: the network has learnt too little.",
                "\(Self.capital(facts.text)) (\(way)).")
        } else if let best = answer.best {
            self.init(
                "\(Self.share(best)) of the weights could go without losing accuracy.",
                said(best) + ". A loss under \(points) counts as none.")
        } else if let arm = answer.likeliest {
            let why = arm.refusal.map { "; \($0.text)" } ?? ""
            self.init(
                "No amount could be shown to go without losing accuracy.",
                "The most that went with a mean loss under \(points) is \(Self.share(arm)). "
                    + said(arm) + why + ".")
        } else {
            let pruned = answer.arms.contains { $0.loss != nil && $0.removesSomething }
            self.init(
                pruned
                    ? "No amount that was tried kept the accuracy." : "Nothing was pruned.",
                pruned
                    ? "Every amount cost \(points) or more on average (\(way))\(base)." : "")
        }
    }

    /// What merging similar hidden units costs the feed-forward net, of the largest one that has any.
    init(table study: TableStudy) {
        let name = study.settings.protocols.last ?? ""
        let found = study.cells.filter {
            $0.cell.optimizer == .sgd && $0.cell.protocolName == name
        }.compactMap { cell in cell.at(.similar, 45).map { (cell.cell.hidden, $0) } }
        guard let (hidden, last) = found.last else {
            self.init("The table of features was studied.", "")
            return
        }
        self.init(
            "Of \(hidden) hidden units \(Wording.number(last.pairsTaken.mean)) do what others do, and "
                + "merging them costs \(Wording.points(last.change)).",
            "Pairs under 45 degrees, no retraining (\(name), SGD, \(study.source.rows) rows). "
                + Wording.list(
                    found.dropLast().map {
                        "Of \($0.0) units \($0.1.pairsTaken.text()) went, for "
                            + Wording.points($0.1.change)
                    }))
    }

    /// `-0.6 [-2.1, +0.9] points (n = 6)`
    private static func points(_ loss: Effect) -> String {
        "\(loss.estimate.text(loss.confidence, signed: true)) points"
            + (loss.estimate.n > 1 ? " (n = \(loss.estimate.n))" : "")
    }

    private static func share(_ arm: Arm) -> String { "\(Wording.number(arm.removed.mean))%" }

    private static func capital(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }
}
