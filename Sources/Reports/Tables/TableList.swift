import Core
import Studies
import TableStudy

/// The tables of a report, as the paper numbers them and beyond.
enum TableList {
    /// Tables 1 to 5, of the feed-forward net, with what they show over all runs.
    static func paper(_ study: TableStudy) -> [ReportTable] {
        zip(study.paperTables, paperKinds).map { table, kind in
            ReportTable(table, says: says(study, kind))
        }
    }

    /// Tables 1 to 5 in a line each, for a terminal.
    static func short(_ study: TableStudy) -> TextTable {
        let name = study.settings.protocols.last ?? ""
        let rows = paperKinds.enumerated().compactMap { index, kind -> [String]? in
            let cell = study.cells.first {
                $0.cell.hidden == kind.hidden && $0.cell.optimizer == .sgd
                    && $0.cell.protocolName == name
            }
            guard let cell, let found = cell.at(kind.reduction, kind.bound) else { return nil }
            let what = kind.reduction == .similar ? "similar merged" : "complementary dropped"
            return [
                "Table \(index + 1)", "\(kind.hidden) units, \(what)", found.pairsTaken.text(),
                cell.before.text(), found.change.text(digits: 2, signed: true),
            ]
        }
        return TextTable(
            title: "Tables 1 to 5, SGD, \(name)",
            header: ["table", "reduction", "pairs", "before (%)", "change"], rows: rows, notes: [])
    }

    /// Everything else that the table study found; its statements are shown with the claims.
    static func others(_ study: TableStudy) -> [ReportTable] {
        let papers = Set(study.paperTables.map(\.title))
        let rest = study.tables.filter { !papers.contains($0.title) && !isClaims($0) }
        return rest.enumerated().map { ReportTable($1, isFolded: $0 > 2) }
    }

    /// The comparison, the epochs and the layers of each result on pictures.
    static func pictures(_ results: [PictureResult]) -> [ReportTable] {
        results.flatMap { result in
            result.report.tables.enumerated().map { index, table in
                let titled = TextTable(
                    title: "\(table.title) (\(result.label))", header: table.header,
                    rows: table.rows, notes: table.notes)
                return ReportTable(titled, isFolded: index > 0)
            }
        }
    }

    /// Size and speed.
    static func costs(_ records: [CostRecord]) -> [ReportTable] {
        guard !records.isEmpty else { return [] }
        return [
            ReportTable(
                StudyCosts.table(records),
                says:
                    "What is really saved once silent filters are taken out, beside what zeros would "
                    + "save if they cost nothing; speed is measured.")
        ]
    }

    /// Networks as they would be used, and whether something else would have done better.
    static func uses(_ records: [UseRecord]) -> [ReportTable] {
        guard !records.isEmpty else { return [] }
        let verdicts = UseVerdict.all(UsedNetwork.all(records))
        let counts = [UseVerdict.Answer.yes, .no, .unclear].map { answer in
            "\(answer.rawValue) \(verdicts.count { $0.answer == answer })"
        }
        return [
            ReportTable(
                StudyUse.table(records),
                says: verdicts.isEmpty
                    ? ""
                    : "Would 8-bit numbers alone, or a smaller network that anyone can have, have done "
                        + "better than pruning? Of \(verdicts.count) comparisons: "
                        + counts.joined(separator: ", ") + ".")
        ]
    }

    /// How good and how new generated pictures are.
    static func generators(_ records: [JudgedGenerator]) -> [ReportTable] {
        guard !records.isEmpty else { return [] }
        return [
            ReportTable(
                StudyGenerators.table(records),
                says:
                    "Pictures that nobody took, made by networks that saw the training parts alone. Whether "
                    + "they help is in the experiment's own table.")
        ]
    }

    /// The experiments beyond the paper's figures, in numbers.
    static func beyond(_ report: ExperimentReport?) -> [ReportTable] {
        guard let report else { return [] }
        let names = ExperimentFigure.names(report)
        return report.tables.filter { table in
            names.contains { table.title.hasPrefix($0.title + ", ") }
        }.map { ReportTable($0, isFolded: true) }
    }

    private typealias Kind = (reduction: TableReduction, hidden: Int, bound: Double)

    private static let paperKinds: [Kind] = [
        (.similar, 30, 45), (.similar, 50, 45), (.similar, 100, 45),
        (.complementary(.paper), 50, 140), (.complementary(.paper), 100, 140),
    ]

    /// `At 45 degrees, SGD, as-paper: 3.2 pairs, change -0.72 [-0.92, -0.51] points, n = 1000; ...`
    private static func says(_ study: TableStudy, _ kind: Kind) -> String {
        let cells = study.cells.filter { $0.cell.hidden == kind.hidden }
        let facts = cells.compactMap { cell -> String? in
            guard let found = cell.at(kind.reduction, kind.bound) else { return nil }
            return "\(cell.cell.optimizer.title), \(cell.cell.protocolName): "
                + "\(found.pairsTaken.text()) pairs, change "
                + found.change.text(digits: 2, signed: true)
                + (found.change.n > 1 ? ", n = \(found.change.n)" : "")
        }
        let bound = Int(kind.bound)
        return facts.isEmpty ? "" : "At \(bound) degrees, in points. " + Wording.list(facts)
    }

    private static func isClaims(_ table: TextTable) -> Bool {
        table.title.hasPrefix("Statements of the paper")
    }
}
