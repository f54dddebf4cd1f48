import Foundation

/// Which column of a sheet is what, found from the header row and a `FeatureLayout`.
struct FeatureColumns: Equatable {
    /// Columns from 0; nil where the table has none.
    let name: Int?
    let label: Int
    let group: Int?
    /// The columns of features, in order, and the blocks that they form.
    let features: [Int]
    let featureNames: [String]
    let blocks: [FeatureTable.Block]
    /// Columns that were left out, and why, a clause each.
    let notes: [String]

    /// - Throws: `FormatError` naming the headers that are there when one asked for is missing.
    init(_ layout: FeatureLayout, sheet: Sheet) throws {
        let header = FeatureHeader(sheet)
        label = try header.column(layout.label)
        group = try layout.group.map { try header.column($0) }
        name = try layout.name.map { try header.column($0) } ?? header.likelyName
        let taken = [label, group, name].compactMap { $0 }
        let numbering =
            layout.features == .automatic
            ? header.numbering.filter { !taken.contains($0) } : []
        notes = numbering.map { header.numberingNote($0) }
        let found = try header.blocks(layout.features, without: Set(taken + numbering))
        guard !found.isEmpty, found.allSatisfy({ !$0.columns.isEmpty }) else {
            throw header.wrong("has no feature columns beside \(layout.label)")
        }
        features = found.flatMap(\.columns)
        guard Set(features).count == features.count, Set(features).isDisjoint(with: taken) else {
            throw header.wrong("would use a column twice")
        }
        var start = 0
        blocks = found.map { block in
            defer { start += block.columns.count }
            return FeatureTable.Block(name: block.name, range: start..<start + block.columns.count)
        }
        featureNames = found.flatMap { block in
            block.columns.enumerated().map { index, column in
                let own = header.text(column)
                return own.isEmpty || own == block.name && block.columns.count > 1
                    ? "\(block.name) \(index + 1)" : own
            }
        }
    }
}

extension FeatureColumns {
    /// A header on one line.
    static func text(_ cell: Cell) -> String {
        cell.shown.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
