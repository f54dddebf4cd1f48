import Foundation

/// The first row of a sheet, and how names are looked up in it.
struct FeatureHeader {
    let sheet: Sheet
    let row: Sheet.Row
    /// One more than the last column with a header, or filled in at least half of the rows: a stray
    /// cell far to the right makes no column.
    let width: Int
    /// How many rows below the header have each column filled.
    let filled: [Int: Int]

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
