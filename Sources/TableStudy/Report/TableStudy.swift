import Core
import Findings
import Foundation
import Perceptron

/// Everything the table study found: one document, written as JSON.
package struct TableStudy: Sendable, Codable, Equatable {
    /// The table, in words: file, rows, classes, groups.
    package struct Source: Sendable, Codable, Equatable {
        package let file: String
        package let rows: Int
        package let features: Int
        package let classes: [String]
        package let groups: Int
        package let hasGroups: Bool
        package let fingerprint: String
        package let findings: [String]
        /// What every result on this table must say of it; also the first of `notes`.
        package let origin: String?
    }

    package let source: Source
    package let settings: TableSettings
    /// Points of accuracy that one test row is worth under `as-paper`.
    package let pointsPerTestRow: Double
    package let cells: [CellSummary]
    package let baselines: [BaselineResult]
    package let claims: [Finding]
    /// Tables 1 to 5 as the paper prints them.
    package let paperTables: [TextTable]
    /// What limits these numbers.
    package let notes: [String]

    init(
        _ data: TableData, _ settings: TableSettings, _ trials: [TableCell: [TableTrial]],
        _ baselines: [BaselineResult]
    ) {
        source = Source(
            file: data.file, rows: data.count, features: data.inputs, classes: data.classes,
            groups: Set(data.groups).count, hasGroups: data.hasGroups,
            fingerprint: data.fingerprint, findings: data.findings, origin: data.origin)
        self.settings = settings
        pointsPerTestRow =
            100 / Double(TableProtocol.testSize(of: data.count, settings.testFraction))
        cells = TableRun.cells(settings).map { CellSummary($0, trials[$0] ?? [], settings) }
        self.baselines = baselines
        claims = Self.judge(
            settings, cells, trials, baselines, row: pointsPerTestRow, classes: data.classes.count)
        paperTables = PaperTables(settings, trials, row: pointsPerTestRow).all
        notes = Self.notes(data, settings)
    }

    /// Reads a record, also from before claims had types.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        source = try values.decode(Source.self, forKey: .source)
        settings = try values.decode(TableSettings.self, forKey: .settings)
        pointsPerTestRow = try values.decode(Double.self, forKey: .pointsPerTestRow)
        cells = try values.decode([CellSummary].self, forKey: .cells)
        baselines = try values.decode([BaselineResult].self, forKey: .baselines)
        if let old = try? values.decode([OldClaim].self, forKey: .claims) {
            claims = old.map(\.finding)
        } else {
            claims = try values.decode([Finding].self, forKey: .claims)
        }
        paperTables = try values.decode([TextTable].self, forKey: .paperTables)
        notes = try values.decode([String].self, forKey: .notes)
    }

    /// Runs the whole study.
    ///
    /// Throws `StudyError` for settings that cannot be, a training that diverges or a disk that
    /// refuses; what `progress` throws stops it, and finished cells stay in `store`.
    package static func run(
        _ data: TableData, _ settings: TableSettings, workers: Parallel, store: TrialStore?,
        progress: @escaping @Sendable (StudyProgress) throws -> Void
    ) throws -> (study: TableStudy, trials: [TableCell: [TableTrial]]) {
        let run = try TableRun(data, settings, workers: workers, store: store, report: progress)
        let trials = try run.trials()
        let baselines = try BaselineStudy(data: data, settings: settings)
            .results(workers, progress: progress)
        return (TableStudy(data, settings, trials, baselines), trials)
    }

    private static func judge(
        _ settings: TableSettings, _ cells: [CellSummary], _ trials: [TableCell: [TableTrial]],
        _ baselines: [BaselineResult], row: Double, classes: Int
    ) -> [Finding] {
        settings.protocols.flatMap { name in
            settings.optimizers.flatMap { optimizer in
                let chosen = cells.filter {
                    $0.cell.protocolName == name && $0.cell.optimizer == optimizer
                }
                let evidence = TableEvidence(
                    cells: Dictionary(uniqueKeysWithValues: chosen.map { ($0.cell.hidden, $0) }),
                    trials: Dictionary(
                        uniqueKeysWithValues: chosen.map {
                            ($0.cell.hidden, trials[$0.cell] ?? [])
                        }),
                    baselines: baselines.filter { $0.protocolName == name }, row: row,
                    classes: classes, settings: settings)
                return TableClaims.findings(evidence, way: TableClaims.way(optimizer, name))
            }
        }
    }
}
