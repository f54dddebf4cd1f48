import Formats
import Foundation

@testable import TableStudy

/// Tests/Fixtures.
let fixtures = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

/// The table with the reference study's layout and invented values.
let sfew: TableData = {
    do {
        return try TableData(FeatureTable.read(fixtures.appending(path: "sfew-layout.xlsx")))
    } catch { fatalError("\(error)") }
}()

/// A study small enough for a test: few epochs, small nets, wide bounds so that pairs are found.
func smallSettings(_ replicates: Int = 4) -> TableSettings {
    var settings = TableSettings(replicates: replicates)
    settings.hiddenSizes = [30, 50, 100]
    settings.epochs = 3
    settings.retrainEpochs = 2
    settings.baselineSplits = 2
    settings.baselines = [Baseline.majority.name]
    return settings
}

/// A folder that is gone after `body`.
func withScratch<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "winnow-table-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
