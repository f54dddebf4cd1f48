import Studies

/// Statements of the paper with a verdict for each way they were tried.
struct ClaimSection {
    /// One statement's verdicts, a column each; nil where it was not tried.
    struct Row {
        let section: String
        let name: String
        let statement: String
        let criterion: String
        let cells: [(verdict: Verdict, evidence: String)?]
    }

    let title: String
    let note: String
    let columns: [String]
    let rows: [Row]
    var isOnPictures = false

    /// Statements on pictures, then on the table.
    static func all(_ records: StudyRecords) -> [ClaimSection] {
        (records.pictures.isEmpty ? [] : [pictures(records.pictures)])
            + (records.table.map { [table($0.study)] } ?? [])
    }

    private static func pictures(_ results: [PictureResult]) -> ClaimSection {
        let judged = results.map(\.claims)
        return ClaimSection(
            title: "On pictures (sections 3.3 to 3.6)",
            note: "Effects in points of accuracy, seed by seed. Up to "
                + "\(TicketReport.percent(TicketClaim.margin / 100)) points count as alike: the "
                + "deviation that the paper gives for its network. Claims of Fig. 1 are judged on "
                + "percentile pruning as the paper did it, from the fine-tuned weights; those of "
                + "Figs. 2 to 6 on tickets, whose survivors go back to the pretrained weights.",
            columns: results.map(\.label),
            rows: TicketClaim.all.enumerated().map { index, claim in
                Row(
                    section: claim.section, name: claim.name, statement: claim.statement,
                    criterion: claim.criterion,
                    cells: judged.map { ($0[index].verdict, $0[index].evidence) })
            }, isOnPictures: true)
    }

    private static func table(_ study: TableStudy) -> ClaimSection {
        let ways = study.settings.protocols.flatMap { name in
            study.settings.optimizers.map { (name: name, optimizer: $0) }
        }
        var order: [String] = []
        for claim in study.claims where !order.contains(claim.claim) { order.append(claim.claim) }
        return ClaimSection(
            title: "On the table of features (sections 2.3 to 3.2)",
            note: "Effects in points of accuracy, over the replicates.",
            columns: ways.map { "\($0.optimizer.title), \($0.name)" },
            rows: order.compactMap { name in
                let judged = study.claims.filter { $0.claim == name }
                guard let first = judged.first else { return nil }
                return Row(
                    section: first.section, name: name, statement: first.statement,
                    criterion: first.criterion,
                    cells: ways.map { way in
                        judged.first {
                            $0.protocolName == way.name && $0.optimizer == way.optimizer
                        }.map { ($0.verdict, $0.evidence) }
                    })
            })
    }

    /// A line a statement, for a terminal.
    var short: TextTable {
        TextTable(
            title: "Claims of the paper on this data: \(title)", header: ["claim"] + columns,
            rows: rows.map { row in
                [row.name]
                    + row.cells.map { cell in
                        cell.map { "\($0.verdict.rawValue)  \($0.evidence)" } ?? ""
                    }
            }, notes: [note])
    }

    /// For `claims.csv`: one row a verdict.
    var csv: [[String]] {
        rows.flatMap { row in
            zip(columns, row.cells).compactMap { column, cell in
                cell.map {
                    [
                        row.section, row.name, row.statement, row.criterion, column,
                        $0.verdict.rawValue, $0.evidence,
                    ]
                }
            }
        }
    }

    static let csvHeader = [
        "section", "claim", "statement", "criterion", "tried_on", "verdict", "evidence",
    ]

    /// The same as a table, for Markdown and LaTeX.
    var table: ReportTable {
        let lines = rows.map { row in
            [row.section, row.statement]
                + row.cells.map { cell in
                    cell.map { "\($0.verdict.rawValue): \($0.evidence)" } ?? ""
                }
        }
        return ReportTable(
            TextTable(
                title: "Statements of the paper: \(title)",
                header: ["section", "statement"] + columns, rows: lines,
                notes: [note] + rows.map { "\($0.name): holds if \($0.criterion)." }))
    }
}
