import Foundation

extension FeatureTable {
    /// Reads a table of features from an `.xlsx` or `.csv` file.
    ///
    /// - Parameters:
    ///   - layout: nil: `.sfew` when the header is that table's, else `FeatureLayout()`.
    ///   - sheet: the sheet of a workbook, where the layout names none.
    /// - Throws: `FormatError` when the file is damaged, lacks a column, or no row is left.
    package static func read(
        _ url: URL, layout: FeatureLayout? = nil, sheet: String? = nil
    ) throws -> FeatureTable {
        let label = (layout?.label ?? FeatureLayout().label).lowercased()
        let sheet = try Sheet.read(
            url, sheet: layout?.sheet ?? sheet, delimiter: layout?.delimiter
        ) { sheet in
            guard let header = sheet.rows.first else { return false }
            return header.columns.contains { FeatureColumns.text(header[$0]).lowercased() == label }
        }
        return try FeatureTable(
            sheet, layout: layout ?? (FeatureLayout.isSFEW(sheet) ? .sfew : FeatureLayout()))
    }

    /// Cleans a sheet whose first row is the header.
    package init(_ sheet: Sheet, layout: FeatureLayout) throws {
        let columns = try FeatureColumns(layout, sheet: sheet)
        let pattern = try layout.groupPattern.map { try Self.regex($0, file: sheet.file) }
        let labels = layout.classes.map(Self.labels)
        let point = DecimalPoint(sheet, columns.features)
        var drafts = sheet.rows.dropFirst().filter { !$0.isBlank }.map { row in
            Draft(row, columns: columns, labels: labels, pattern: pattern, point: point)
        }
        if sheet.name.isEmpty { Self.dropRagged(&drafts, width: sheet.rows.first?.width ?? 0) }
        Self.checkOutliers(&drafts, layout: layout, columns: columns)
        Self.checkDuplicates(&drafts)
        let classes = layout.classes ?? Self.classes(of: drafts)
        let index = Dictionary(zip(classes, classes.indices)) { first, _ in first }
        let rows = drafts.compactMap { $0.finished(index) }
        guard !rows.isEmpty else {
            let first = drafts.first?.finding.map { ": \($0)" } ?? ""
            throw FormatError(
                file: sheet.file, found: "has no usable row among \(drafts.count)\(first)",
                expected: "rows with a class and a number in each feature column",
                advice: "Check which columns hold the label and the features.")
        }
        self.init(
            file: sheet.file, rows: rows, classes: classes, featureNames: columns.featureNames,
            blocks: columns.blocks, findings: drafts.compactMap(\.finding))
        notes = sheet.notes + columns.notes + point.notes + Self.notes(ofLabels: classes, rows)
    }

    /// Labels that differ only in letter case or spaces: two classes to the study, one to a person most likely.
    private static func notes(ofLabels classes: [String], _ rows: [Row]) -> [String] {
        let groups = Dictionary(grouping: classes.indices) { index in
            classes[index].precomposedStringWithCompatibilityMapping.lowercased()
                .split { $0.isWhitespace || $0 == "_" || $0 == "-" }.joined(separator: " ")
        }.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
        return groups.map { group in
            let shown = group.map { index in
                "'\(printable(classes[index]))' (\(rows.count { $0.label == index }) rows)"
            }
            return
                "the labels \(shown.joined(separator: ", ")) differ only in form, and are taken for "
                + "\(group.count) classes: write them alike if they are one"
        }
    }

    private static func regex(_ pattern: String, file: String) throws -> NSRegularExpression {
        do {
            return try NSRegularExpression(pattern: pattern)
        } catch {
            throw FormatError(
                file: file, found: "cannot be grouped by '\(pattern)'",
                expected: "a regular expression with one (capture)", advice: "Correct the pattern.")
        }
    }

    /// The classes of the kept rows, by number if they all are numbers, else as text.
    private static func classes(of drafts: [Draft]) -> [String] {
        let names = Set(drafts.compactMap { $0.isKept ? $0.label : nil })
        let numbers = names.compactMap { name in Double(name).map { (name: name, number: $0) } }
        guard numbers.count == names.count else { return names.sorted() }
        return numbers.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
    }

    /// What may stand in the label column for each class: its name, or its number from 1.
    private static func labels(of classes: [String]) -> [String: String] {
        var labels: [String: String] = [:]
        for (index, name) in classes.enumerated() { labels[String(index + 1)] = name }
        for name in classes { labels[name] = name }
        return labels
    }

    /// Lines of a CSV that are shorter or longer than the header.
    private static func dropRagged(_ drafts: inout [Draft], width: Int) {
        for index in drafts.indices where drafts[index].width != width {
            drafts[index].drop("has \(drafts[index].width) fields, the header has \(width)")
        }
    }
}
