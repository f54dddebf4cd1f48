import Core
import Statistics
import Studies

/// The same techniques under two protocols, side by side: what the protocol alone is worth, and
/// whether the ranking of the techniques survives.
struct ProtocolTable {
    private let results: [PictureResult]
    private let evidence: [TicketEvidence]

    /// nil unless both kinds of protocol were run, once each.
    init?(_ results: [PictureResult]) {
        guard results.count == 2, results[0].watchesTest != results[1].watchesTest else {
            return nil
        }
        self.results = results
        evidence = results.map(\.evidence)
    }

    var table: ReportTable {
        let verdicts = shared.map(ranking)
        let same = verdicts.count { $0.isSame }
        return ReportTable(
            TextTable(
                title: "What the protocol is worth on pictures (test accuracy in points)",
                header: ["technique"] + results.map(\.label) + ["difference"], rows: rows,
                notes: verdicts.map(\.text)),
            says: "Of the means, the ranking of the techniques is the same under both protocols at "
                + "\(same) of \(verdicts.count) amounts.")
    }

    private var rows: [[String]] {
        StudyTechnique.all.flatMap { technique -> [[String]] in
            let amounts: [Double?] =
                [.unpruned, .control].contains(technique) ? [nil] : shared.map { $0 }
            return amounts.compactMap { amount in
                let found = means(technique, amount)
                guard found.allSatisfy({ $0.n > 0 }) else { return nil }
                let name = amount.map { " \(TicketReport.percent($0))%" } ?? ""
                return [technique.name + name] + found.map { $0.text() }
                    + [found[1].difference(from: found[0]).text(signed: true)]
            }
        }
    }

    /// Amounts that were run under both.
    private var shared: [Double] {
        let amounts = evidence.map { evidence in
            Set(StudyTechnique.all.flatMap(evidence.amounts))
        }
        return amounts[0].intersection(amounts[1]).sorted()
    }

    private func means(_ technique: StudyTechnique, _ amount: Double?) -> [Summary] {
        evidence.map { Summary($0.values(technique, amount) { $0.accuracy }) }
    }

    /// The techniques by mean accuracy at one amount, under each protocol.
    private func ranking(_ amount: Double) -> (isSame: Bool, text: String) {
        let found = StudyTechnique.all.map { ($0.name, means($0, amount)) }
            .filter { $0.1.allSatisfy { $0.n > 0 } }
        let orders = [0, 1].map { side in
            found.sorted { $0.1[side].mean > $1.1[side].mean }.map(\.0).joined(separator: " > ")
        }
        let text =
            orders[0] == orders[1]
            ? "\(orders[0]) under both"
            : zip(orders, results).map { "\($0) under \($1.label)" }.joined(separator: "; ")
        return (orders[0] == orders[1], "At \(TicketReport.percent(amount))%: \(text).")
    }
}
