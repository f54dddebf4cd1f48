import Core
import Formats
import Foundation
import Perceptron

/// A feature table made ready for study: numbers, classes and groups by row.
package struct TableData: Sendable {
    /// The file that it came from.
    package let file: String
    /// Rows of features, as in the file.
    package let features: [[Double]]
    package let labels: [Int]
    /// What must not be split; a row without a group is one by itself.
    package let groups: [String]
    package let classes: [String]
    package let blocks: [Range<Int>]
    /// What every result on this table must say of it; nil: nothing.
    package let origin: String?
    /// What the reader dropped or doubted.
    package let findings: [String]
    /// Whether any row came with a group.
    package let hasGroups: Bool
    /// SHA-256 over the rows, classes and groups, in hexadecimal.
    package let fingerprint: String

    /// Throws where the table is too small to be split, or has one class.
    package init(_ table: FeatureTable, origin: String? = nil) throws {
        guard table.rows.count >= 20, table.classes.count >= 2 else {
            throw StudyError(
                "\(table.file): \(table.rows.count) usable rows in \(table.classes.count) classes; "
                    + "a study needs at least 20 rows and 2 classes")
        }
        file = table.file
        self.origin = origin
        features = table.rows.map(\.features)
        labels = table.rows.map(\.label)
        groups = table.rows.enumerated().map { $1.group.map { "group " + $0 } ?? "row \($0)" }
        classes = table.classes
        blocks = table.blocks.map(\.range)
        findings = table.findings.map(\.description)
        hasGroups = table.rows.contains { $0.group != nil }
        guard Set(groups).count >= 5 else {
            throw StudyError(
                "\(table.file): \(Set(groups).count) groups; keeping groups apart needs at least 5")
        }
        var hash = ContentHash()
        for (row, group) in zip(table.rows, groups) {
            let numbers = row.features.map { String($0) }.joined(separator: ",")
            hash.update("\(row.label);\(group);\(numbers)\n")
        }
        hash.update(classes.joined(separator: ","))
        fingerprint = hash.hex
    }

    /// Number of rows.
    package var count: Int { labels.count }
    /// Features to a row.
    package var inputs: Int { features.first?.count ?? 0 }

    /// All rows as a net takes them, each block of features less its mean over its standard
    /// deviation, both taken over the block's features together in `rows` (paper, section 2.2).
    package func examples(fittedOn rows: [Int]) throws -> Examples {
        var values = [Float](repeating: 0, count: count * inputs)
        for block in blocks {
            let (mean, deviation) = moments(block, rows)
            let scale = deviation > 0 ? 1 / deviation : 0
            for row in features.indices {
                for column in block {
                    values[row * inputs + column] = Float(
                        (features[row][column] - mean) * scale)
                }
            }
        }
        return try Examples(
            features: values, labels: labels, inputs: inputs, classes: classes.count)
    }

    /// Mean and standard deviation (over n, as NumPy's) of a block's features in `rows`.
    package func moments(_ block: Range<Int>, _ rows: [Int]) -> (mean: Double, deviation: Double) {
        let values = rows.flatMap { features[$0][block] }
        guard !values.isEmpty else { return (0, 0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(values.count)).squareRoot())
    }
}
