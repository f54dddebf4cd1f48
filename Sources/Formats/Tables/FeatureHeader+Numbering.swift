extension FeatureHeader {
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
}
