import ArgumentParser
import Core
import Foundation
import Studies
import TableStudy

/// The table part of `reproduce`: the study of the feed-forward net, and its records in a folder.
enum TablePart {
    /// Does the study and writes its records.
    static func records(
        _ table: TableOptions, _ study: TableStudyOptions, _ output: OutputOptions,
        _ preset: StudyPreset, _ folder: URL, on screen: WorkScreen
    ) throws -> TableRecords {
        let settings = try study.settings(seed: output.seed, preset)
        let data = try table.data()
        let store = try TrialStore(root: folder, data, settings)
        let progressScreen = TableScreen(on: screen)
        let (found, trials) = try TableStudy.run(
            data, settings, workers: try output.workers(), store: store
        ) { progress in
            progressScreen.show(progress)
            if Interruption.isRequested {
                throw StudyError(
                    "interrupted. Finished nets are kept in \(store.folder.path); the same command "
                        + "goes on from there")
            }
        }
        progressScreen.finish()
        let records = TableRecords(found, trials)
        try records.write(to: folder)
        Console.note("  records  \(folder.path)/table.{json,md}, table-*.csv")
        return records
    }
}
