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

/// The first row of a sheet, and how names are looked up in it.
private struct FeatureHeader {
    let sheet: Sheet
    let row: Sheet.Row
    /// One more than the last column with a header, or filled in at least half of the rows: a stray
    /// cell far to the right makes no column.
    let width: Int
    /// How many rows below the header have each column filled.
    private let filled: [Int: Int]

    init(_ sheet: Sheet) {
        self.sheet = sheet
        row = sheet.rows.first ?? Sheet.Row(number: 1, cells: [])
        var filled: [Int: Int] = [:]
        for row in sheet.rows.dropFirst() {
            for column in row.columns where !row[column].isBlank { filled[column, default: 0] += 1 }
        }
        let common = filled.filter { $0.value * 2 >= sheet.rows.count - 1 }.keys.max() ?? -1
        let named = row.columns.last { [row] in !row[$0].isBlank } ?? -1
        width = max(common, named) + 1
        self.filled = filled
    }

    /// A header on one line.
    func text(_ column: Int) -> String {
        FeatureColumns.text(row[column])
    }

    /// Columns that number the rows: under a name for that, without a header before all others, or counting up.
    /// Taken for features they would give away the order of the file, which is often that of the classes.
    var numbering: [Int] {
        // A stray header far to the right makes many columns without a cell.
        filled.keys.filter { $0 < width }.sorted().filter { column in
            let cells = sheet.rows.dropFirst().map { $0[column] }.filter { !$0.isBlank }
            let numbers = cells.compactMap(\.number)
            guard numbers.count == cells.count, numbers.allSatisfy({ $0 == $0.rounded() }) else {
                return Self.isNumberingName(text(column)) && !cells.isEmpty
            }
            let isFirst = column == 0 && text(0).isEmpty && !cells.isEmpty
            let counts =
                numbers.count >= 10
                && zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 == 1 }
            return isFirst || counts || Self.isNumberingName(text(column)) && !cells.isEmpty
        }
    }

    func numberingNote(_ column: Int) -> String {
        let name = text(column).isEmpty ? "without a header" : "'\(printable(text(column)))'"
        return "column \(Sheet.columnName(column)) (\(name)) numbers the rows, and is no feature"
    }

    private static func isNumberingName(_ name: String) -> Bool {
        let name = name.lowercased()
        let known: Set<String> = [
            "id", "ids", "index", "idx", "no", "no.", "nr", "nr.", "#", "row", "rowid", "row id",
            "row_id", "rownum", "row number", "sampleid", "imageid",
        ]
        return known.contains(name) || name.hasPrefix("unnamed:") || name.hasSuffix("_id")
            || name.hasSuffix(" id") || name.hasSuffix("_index")
    }

    func column(_ name: String) throws -> Int {
        let matches = (0..<width).filter { text($0).lowercased() == name.lowercased() }
        guard let column = matches.first else { throw wrong("has no column '\(name)'") }
        guard matches.count == 1 else { throw wrong("has \(matches.count) columns '\(name)'") }
        return column
    }

    /// A first column without header above text, or one named `name`.
    var likelyName: Int? {
        if let named = try? column("name") { return named }
        guard width > 0, text(0).isEmpty, sheet.rows.count > 1 else { return nil }
        return sheet.rows.dropFirst().contains { $0[0].number == nil && !$0[0].isBlank } ? 0 : nil
    }

    func wrong(_ found: String) -> FormatError {
        let names = (0..<min(width, 30)).map { "'\(printable(text($0), limit: 30))'" }
        return FormatError(
            file: sheet.file, found: found,
            expected: "columns among " + (names.isEmpty ? "(none)" : names.joined(separator: ", ")),
            advice: "Name the label and feature columns as the header does.")
    }

    func blocks(
        _ rule: FeatureLayout.Features, without taken: Set<Int>
    ) throws -> [(name: String, columns: [Int])] {
        switch rule {
        case .automatic: automaticBlocks(without: taken)
        case .columns(let named): try named.map { ($0.name, try $0.columns.map(column)) }
        case .prefixes(let prefixes):
            try prefixes.map { prefix in
                let columns = (0..<width).filter {
                    !taken.contains($0) && text($0).lowercased().hasPrefix(prefix.lowercased())
                }
                guard !columns.isEmpty else {
                    throw wrong("has no column that starts with '\(prefix)'")
                }
                return (prefix, columns)
            }
        }
    }

    /// Runs of columns under one header (merged, or with blanks to its right) or under one stem.
    private func automaticBlocks(without taken: Set<Int>) -> [(name: String, columns: [Int])] {
        var blocks: [(name: String, columns: [Int])] = []
        var previous = -1
        for column in 0..<width where !taken.contains(column) {
            let name = text(column)
            if name.isEmpty, filled[column] == nil { continue }
            let continues = column == previous + 1 && (name.isEmpty || isMerged(previous, column))
            let stem = continues ? "" : Self.stem(name)
            if let last = blocks.indices.last, continues || blocks[last].name == stem {
                blocks[last].columns.append(column)
            } else {
                blocks.append((stem.isEmpty ? Sheet.columnName(column) : stem, [column]))
            }
            previous = column
        }
        return blocks
    }

    private func isMerged(_ left: Int, _ right: Int) -> Bool {
        sheet.merged.contains {
            $0.rows.contains(row.number) && $0.columns.contains(left) && $0.columns.contains(right)
        }
    }

    /// `lpq1`, `lpq_2`, `lpq 3` give `lpq`; a name without a number at its end is its own stem.
    private static func stem(_ name: String) -> String {
        let letters = name.reversed().drop { $0.isNumber }
        guard letters.count < name.count, !letters.isEmpty else { return name }
        return String(letters.drop { "_- .".contains($0) }.reversed())
    }
}
