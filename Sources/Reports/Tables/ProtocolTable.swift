import Studies

/// The same techniques under two protocols, side by side: what the protocol alone is worth, and
/// whether the ranking of the techniques survives.
enum ProtocolTable {
    /// nil unless both protocols were run, once each.
    static func table(_ results: [PictureResult]) -> ReportTable? {
        guard results.count == 2, results[0].watchesTest != results[1].watchesTest else {
            return nil
        }
        let rows = cells(results)
        guard !rows.isEmpty else { return nil }
        let orders = [rows.sorted { $0.a.mean > $1.a.mean }, rows.sorted { $0.b.mean > $1.b.mean }]
            .map { $0.map(\.name) }
        let labels = results.map(\.label)
        let notes =
            orders[0] == orders[1]
            ? ["The ranking of the means is the same under both."]
            : zip(labels, orders).map { "Ranking under \($0): \($1.joined(separator: " > "))" }
        return ReportTable(
            TextTable(
                title: "What the protocol is worth on pictures (test accuracy in points)",
                header: ["technique"] + labels + ["difference"],
                rows: rows.map {
                    [
                        $0.name, $0.a.text(), $0.b.text(),
                        $0.b.difference(from: $0.a).text(signed: true),
                    ]
                }, notes: notes),
            says: orders[0] == orders[1]
                ? "The ranking survives the change of protocol."
                : "The ranking of the means changes with the protocol.")
    }

    private struct Row {
        let name: String
        let a: Summary
        let b: Summary
    }

    private static func cells(_ results: [PictureResult]) -> [Row] {
        let evidence = results.map(\.evidence)
        return Technique.allCases.flatMap { technique -> [Row] in
            let amounts: [Double?] =
                [.unpruned, .control].contains(technique)
                ? [nil] : evidence[0].amounts(technique).map { $0 }
            return amounts.compactMap { amount in
                let found = evidence.map { Summary($0.values(technique, amount) { $0.accuracy }) }
                guard found[0].n > 0, found[1].n > 0 else { return nil }
                let name = amount.map { " \(TicketReport.percent($0))%" } ?? ""
                return Row(name: technique.rawValue + name, a: found[0], b: found[1])
            }
        }
    }
}
