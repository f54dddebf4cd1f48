import Foundation

extension FeatureTable {
    /// A row on its way in: what was read, and what speaks against it.
    struct Draft {
        let number: Int
        let width: Int
        let name: String
        let group: String?
        /// The class's name.
        let label: String?
        /// nil where a cell holds no finite number.
        let features: [Double?]
        private(set) var isKept = true
        private(set) var reasons: [String] = []

        /// - Parameter labels: the class for what may stand in the label column; nil: anything may.
        init(
            _ row: Sheet.Row, columns: FeatureColumns, labels: [String: String]?,
            pattern: NSRegularExpression?, point: DecimalPoint
        ) {
            number = row.number
            width = row.width
            let given =
                columns.name.map { row[$0].shown.trimmingCharacters(in: .whitespaces) } ?? ""
            name = given.isEmpty ? "row \(row.number)" : given
            let text = Self.labelText(row[columns.label])
            label = text.flatMap { labels == nil ? $0 : labels?[$0] }
            features = columns.features.map { point.number(row[$0]) }
            let match = pattern.flatMap { Self.capture($0, in: given) }
            group = columns.group.map { row[$0].isBlank ? nil : row[$0].shown } ?? match
            if label == nil { drop("its label is '\(printable(row[columns.label].shown))'") }
            checkNumbers(row, columns: columns.features)
            if group == nil, columns.group != nil || pattern != nil { doubt("it has no group") }
        }

        mutating func doubt(_ reason: String) { reasons.append(reason) }

        mutating func drop(_ reason: String) {
            reasons.append(reason)
            isKept = false
        }

        /// The row, unless it is dropped.
        func finished(_ classIndex: [String: Int]) -> Row? {
            guard isKept, let index = label.flatMap({ classIndex[$0] }) else { return nil }
            let values = features.compactMap { $0 }
            return Row(number: number, name: name, label: index, group: group, features: values)
        }

        var finding: Finding? {
            reasons.isEmpty
                ? nil
                : Finding(
                    row: number, name: name, reason: reasons.joined(separator: "; "), isKept: isKept
                )
        }

        private mutating func checkNumbers(_ row: Sheet.Row, columns: [Int]) {
            let bad = zip(columns, features).filter { $0.1 == nil }.map(\.0)
            guard let first = bad.first else { return }
            let places = bad.prefix(5).map { Sheet.columnName($0) + String(row.number) }
            let more = bad.count > 5 ? " and \(bad.count - 5) more" : ""
            let shown = row[first].isBlank ? "nothing" : "'\(printable(row[first].shown))'"
            let verb = bad.count == 1 ? "holds" : "hold"
            drop("\(places.joined(separator: ", "))\(more) \(verb) \(shown) where a number belongs")
        }

        /// A label as text, the same for 3, 3.0 and "3"; nil of a blank or an error.
        static func labelText(_ cell: Cell) -> String? {
            if case .error = cell { return nil }
            guard !cell.isBlank else { return nil }
            return cell.number.map { Cell.number($0).shown }
                ?? cell.shown.trimmingCharacters(in: .whitespaces)
        }

        private static func capture(_ pattern: NSRegularExpression, in text: String) -> String? {
            let whole = NSRange(text.startIndex..., in: text)
            guard let match = pattern.firstMatch(in: text, range: whole) else { return nil }
            let range = match.range(at: min(1, match.numberOfRanges - 1))
            return Range(range, in: text).map { String(text[$0]) }
        }
    }
}
