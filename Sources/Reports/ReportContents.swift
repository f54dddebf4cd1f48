import Foundation
import Studies

/// Everything that a report says, before it is laid out.
struct ReportContents {
    /// One part of the study, in words.
    struct Subject {
        let title: String
        let lines: [String]
        /// Shown only when asked.
        var details: [String] = []
    }

    let title: String
    let story: [String]
    let warnings: [Warning]
    let subjects: [Subject]
    let claims: [ClaimSection]
    /// Tables 1 to 5.
    let tables: [ReportTable]
    let moreTables: [ReportTable]
    /// Why tables that the paper has are not there.
    let missingTables: [String]
    let figures: [FigureGroup]
    /// What the paper asks for and did not do.
    let beyond: [FigureGroup]
    /// When and where.
    let made: [String]
    /// What the protocol is worth and the verdicts on pictures in short, for a terminal.
    let summary: [TextTable]

    init(_ records: StudyRecords, machine: String = Machine.text) {
        title = "Winnow report: network reduction"
        warnings = Warning.all(records)
        story = Story.paragraphs(records, warnings)
        subjects = Self.subjects(records)
        claims = ClaimSection.all(records)
        let study = records.table?.study
        let papers = study.map(TableList.paper) ?? []
        missingTables =
            papers.count == 5
            ? []
            : [
                "Tables 1 to 5 \(papers.isEmpty ? "are" : "are not all") "
                    + "\(papers.isEmpty ? "missing" : "here"): they need winnow reproduce "
                    + "--part table with 30, 50 and 100 hidden units."
            ]
        tables = papers
        let protocols = ProtocolTable(records.pictures).map { [$0.table] } ?? []
        summary = protocols.map(\.table) + claims.filter(\.isOnPictures).map(\.short)
        moreTables =
            protocols + TableList.costs(records.costs) + TableList.pictures(records.pictures)
            + TableList.beyond(records.experiments) + (study.map(TableList.others) ?? [])
        figures =
            records.pictures.isEmpty
            ? [] : DensityFigure.groups(records.pictures) + FigurePlan.groups(records.pictures)
        beyond = records.experiments.map(ExperimentFigure.groups) ?? []
        made =
            (records.effort.map { ["Work: \($0.sentence)"] } ?? []) + ["Page made on \(machine)."]
    }

    private static func subjects(_ records: StudyRecords) -> [Subject] {
        let pictures = records.pictures.map { result in
            Subject(
                title: "Pictures, \(result.label)",
                lines: result.report.conditions.filter { !$0.hasPrefix("WARNING") }
                    + [record(result.file, result.written)])
        }
        guard let table = records.table else { return pictures }
        let source = table.study.source
        let settings = table.study.settings
        let lines = [
            "Table: \((source.file as NSString).lastPathComponent), \(source.rows) rows, \(source.features) features, "
                + "\(source.classes.count) classes, \(source.groups) groups "
                + "(fingerprint \(source.fingerprint.prefix(12)))",
            "Nets: \(Wording.words(settings.hiddenSizes.map(String.init))) hidden units, "
                + "\(settings.epochs) epochs, batch \(settings.batchSize), learning rate "
                + "\(settings.rate); \(settings.replicates) replicates with SGD, "
                + "\(settings.adamReplicates) with Adam",
            "Protocols: \(Wording.words(settings.protocols)); seed \(settings.seed)",
            record(table.file, table.written),
        ]
        let notes = table.study.notes.filter(Warning.isDetail)
        return pictures + [
            Subject(title: "Table of features", lines: lines + notes, details: source.findings)
        ]
    }

    private static func record(_ file: String, _ date: Date?) -> String {
        let format = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
            .dateTimeSeparator(.space).time(includingFractionalSeconds: false)
        return "Record: \(file)" + (date.map { ", written \($0.formatted(format)) UTC" } ?? "")
    }
}
