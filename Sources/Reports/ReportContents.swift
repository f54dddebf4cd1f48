import Core
import Findings
import Foundation
import Studies

/// Everything that a report says, before it is laid out.
struct ReportContents {
    let title: String
    let headline: Headline
    /// The picture that the page opens with; nil without pictures that could be pruned.
    let opening: Figure?
    /// The answer in five lines.
    let short: TextTable?
    let warnings: Warnings
    /// What was run on pictures.
    let run: RunTable
    /// What was run on the table, a line each, and what is wrong with its rows.
    let tableLines: [String]
    let tableRows: [String]
    let claims: [ClaimSection]
    /// Tables 1 to 5.
    let tables: [ReportTable]
    let moreTables: [ReportTable]
    /// Why tables that the paper has are not there.
    let missingTables: [String]
    let figures: [FigureGroup]
    /// What the paper asks for and did not do.
    let beyond: [FigureGroup]
    /// What generators made, with what is on each sheet.
    let sheets: [(caption: String, png: Data)]
    /// When and where.
    let made: [String]

    init(_ records: StudyRecords, machine: String = Machine.text) {
        title = "Winnow: network reduction"
        headline = Headline(records)
        let openings = records.pictures.map { result in
            result.guessing.flatMap { OpeningFigure(result.answer, guessing: $0) }?
                .figure(result.label)
        }
        opening = openings.first ?? nil
        short = records.pictures.first.map { SummaryTable($0, records.costs).table }
        warnings = Warnings(records)
        run = RunTable(records.pictures)
        let study = records.table?.study
        tableLines = records.table.map(Self.lines) ?? []
        tableRows = study?.source.findings ?? []
        claims = ClaimSection.all(records)
        let papers = study.map(TableList.paper) ?? []
        missingTables = Self.missing(papers.count)
        tables = papers
        let protocols = ProtocolTable(records.pictures).map { [$0.table] } ?? []
        moreTables =
            protocols + TableList.costs(records.costs) + TableList.uses(records.uses)
            + TableList.generators(records.generators)
            + TableList.pictures(records.pictures)
            + TableList.beyond(records.experiments) + (study.map(TableList.others) ?? [])
        figures = records.pictures.isEmpty ? [] : FigurePlan.groups(records.pictures)
        beyond =
            Self.others(openings.dropFirst().compactMap { $0 })
            + (records.experiments.map(ExperimentFigure.groups) ?? [])
            + (UseFigure(records.uses).map { [$0.group] } ?? [])
        sheets = records.sheets
        made =
            (records.effort.map { ["Work: \($0.sentence)"] } ?? []) + ["Page made on \(machine)."]
    }

    /// Every table, the paper's first.
    var allTables: [ReportTable] { tables + moreTables + claims.map(\.table) }

    /// The opening picture of the results that the page does not open with.
    private static func others(_ openings: [Figure]) -> [FigureGroup] {
        openings.isEmpty
            ? []
            : [
                FigureGroup(
                    number: "Summary A", title: "The opening picture, otherwise divided",
                    note: "", figures: openings, missing: [])
            ]
    }

    private static func missing(_ count: Int) -> [String] {
        count == 5
            ? []
            : [
                "Tables 1 to 5 \(count == 0 ? "are missing" : "are not all here"): they need the "
                    + "table study with 30, 50 and 100 hidden units."
            ]
    }

    private static func lines(_ table: StudyRecords.Table) -> [String] {
        let source = table.study.source
        let settings = table.study.settings
        return [
            "\((source.file as NSString).lastPathComponent): \(source.rows) rows, "
                + "\(source.features) features, \(source.classes.count) classes, \(source.groups) "
                + "groups (fingerprint \(source.fingerprint.prefix(12)))",
            "Nets: \(Wording.words(settings.hiddenSizes.map(String.init))) hidden units, "
                + "\(settings.epochs) epochs, batch \(settings.batchSize), learning rate "
                + "\(settings.rate); \(settings.replicates) replicates with SGD, "
                + "\(settings.adamReplicates) with Adam; \(Wording.words(settings.protocols)); seed "
                + "\(settings.seed)",
            "Record: \(record(table.file, table.written))",
        ] + table.study.notes.filter(Warnings.isDetail)
    }

    /// A record's file and when it was written.
    static func record(_ file: String, _ date: Date?) -> String {
        let format = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
            .dateTimeSeparator(.space).time(includingFractionalSeconds: false)
        return file + (date.map { ", written \($0.formatted(format)) UTC" } ?? "")
    }
}
