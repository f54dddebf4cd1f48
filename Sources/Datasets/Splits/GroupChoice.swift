/// What `--groups` asks for: how pictures that belong together are told.
package enum GroupChoice: Sendable, Equatable {
    /// The known pattern that fits the names best; copies alone where none fits.
    case auto
    /// Every picture by itself.
    case none
    /// Clusters of copies and near copies.
    case nearDuplicates
    /// A column of a table, by file.
    case column(GroupColumn)
    /// A pattern on names.
    case rule(GroupRule)

    /// The spellings that are understood, for `--help` and messages.
    package static let spellings =
        "auto, none, near-duplicates, column:FILE.csv:COLUMN, name:REGEX, path:REGEX, or one of "
        + GroupRule.known.map(\.name).joined(separator: ", ")

    /// - Throws: `DatasetError` for an unknown spelling.
    package static func parse(_ text: String) throws(DatasetError) -> GroupChoice {
        switch text {
        case "auto": .auto
        case "none": .none
        case "near-duplicates": .nearDuplicates
        case _ where text.hasPrefix("column:"): .column(try GroupColumn(text))
        default: .rule(try GroupRule.parse(text))
        }
    }

    /// The groups of some files, and the name of what made them, which identifies a division.
    ///
    /// - Parameter copies: pairs of copies among the files; asked for where they are needed.
    /// - Throws: `DatasetError` for a pattern that matches nothing or a table that lacks a file.
    package func groups(
        of files: [String], classCount: Int, copies: () -> [(Int, Int)]
    ) throws(DatasetError) -> (name: String, grouping: Grouping) {
        switch self {
        case .none: return ("none", .clusters(files: files, pairs: []))
        case .nearDuplicates:
            return ("near-duplicates", .clusters(files: files, pairs: copies()))
        case .rule(let rule): return (rule.name, try Grouping(files: files, rule: rule))
        case .column(let column): return try column.groups(of: files)
        case .auto:
            let pairs = copies()
            let best = GroupSuggestion.best(files: files, classCount: classCount, copies: pairs)
            let choice = try best.map { suggestion throws(DatasetError) in
                try Self.parse(suggestion.rule)
            }
            return try (choice ?? .none).groups(of: files, classCount: classCount) { pairs }
        }
    }
}
