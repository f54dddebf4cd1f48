import ArgumentParser
import Formats
import Studies
import TableStudy

extension TableOptions {
    /// The table that comes with Winnow, made from its synthetic scenes.
    func embedded() throws -> TableData {
        guard label == nil, group == nil, groupPattern == nil, blocks.isEmpty else {
            throw ValidationError(
                "--label, --group, --group-pattern and --blocks describe a table: name it with "
                    + "--table FILE")
        }
        let scenes = try EmbeddedScenes.locate()
        var layout = FeatureLayout()
        layout.groupPattern = EmbeddedScenes.groupPattern
        layout.outliers = dropOutliers ? .drop : .keep
        let read = try FeatureTable.read(scenes.features, layout: layout)
        let origin =
            "Embedded table of features of \(EmbeddedScenes.note). Its principal components were fitted "
            + "on all pictures, test rows included, as in the paper."
        Console.note("  table  \(read.rows.count) of \(read.rowsInFile) rows. \(origin)")
        for finding in read.findings { Console.note("    \(finding)") }
        return try TableData(read, origin: origin)
    }
}
