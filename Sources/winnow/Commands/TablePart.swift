import ArgumentParser
import Foundation
import Studies

/// The table part of `reproduce`: the study, its tables on standard output, its records in a folder.
enum TablePart {
    static func run(
        _ table: TableOptions, _ study: TableStudyOptions, _ output: OutputOptions,
        _ preset: StudyPreset
    ) throws {
        let folder = URL(fileURLWithPath: output.out ?? "studies/table")
        let records = try records(table, study, output, preset, folder)
        if output.json {
            FileHandle.standardOutput.write(try records.json())
        } else {
            print(records.study.plain)
        }
        Console.note("  records  \(folder.path)/table.{json,md}, table-*.csv")
    }

    /// Does the study and writes its records.
    static func records(
        _ table: TableOptions, _ study: TableStudyOptions, _ output: OutputOptions,
        _ preset: StudyPreset, _ folder: URL
    ) throws -> TableRecords {
        let settings = try study.settings(seed: output.seed, preset)
        let data = try table.data()
        let store = try TrialStore(root: folder, data, settings)
        let lines = PhaseLines(units: ["nets": "nets", "baselines": "fits"])
        let (found, trials) = try TableStudy.run(
            data, settings, workers: try output.workers(), store: store
        ) { progress in
            lines.update(progress)
            if Interruption.isRequested {
                throw StudyError(
                    "interrupted. Finished nets are kept in \(store.folder.path); the same command "
                        + "goes on from there")
            }
        }
        lines.finish()
        let records = TableRecords(found, trials)
        try records.write(to: folder)
        return records
    }
}
