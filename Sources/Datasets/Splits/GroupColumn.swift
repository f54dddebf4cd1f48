import Core
import Formats
import Foundation

/// A table (CSV or xlsx) that says who belongs together: `column:FILE.csv:COLUMN`.
///
/// Its first row names the columns and its first column the pictures: paths relative to the data
/// set's root, or bare file names.
package struct GroupColumn: Sendable, Equatable {
    package let file: String
    package let column: String

    /// - Throws: `DatasetError` where the file or the column is left out.
    package init(_ text: String) throws(DatasetError) {
        let rest = text.dropFirst("column:".count)
        guard text.hasPrefix("column:"), let colon = rest.lastIndex(of: ":"),
            colon > rest.startIndex, rest.index(after: colon) < rest.endIndex
        else {
            throw DatasetError(
                "`groups` '\(text)': expected column:FILE.csv:COLUMN, such as "
                    + "column:people.csv:person")
        }
        file = String(rest[..<colon])
        column = String(rest[rest.index(after: colon)...])
    }

    /// The groups of the files; their name holds a hash of them, so that another table with the
    /// same column is another division.
    func groups(
        of files: [String]
    ) throws(DatasetError) -> (name: String, grouping: Grouping) {
        let grouping = try Grouping(files: files, column: table())
        let lines = zip(files, grouping.ids).map { "\($0)\0\(grouping.names[$1])\n" }
        let hash = ContentHash.sha256(lines.sorted(by: NameOrder.precedes).joined())
        return ("column \(column) (SHA-256 \(hash))", grouping)
    }

    /// File to group.
    private func table() throws(DatasetError) -> [String: String] {
        let sheet: Sheet
        do {
            sheet = try Sheet.read(URL(fileURLWithPath: file))
        } catch {
            throw DatasetError("`groups`: \(error)")
        }
        guard let header = sheet.rows.first else {
            throw DatasetError("`groups`: \(file) is empty")
        }
        let names = (0..<header.width).map { Self.trimmed(header[$0]) }
        guard let place = names.firstIndex(of: column), place > 0 else {
            throw DatasetError(
                "`groups`: \(file) has no column '\(column)' behind its first, which names the "
                    + "pictures. Columns: \(names.joined(separator: ", "))")
        }
        var groups: [String: String] = [:]
        for row in sheet.rows.dropFirst() where !row.isBlank {
            let (picture, group) = (Self.trimmed(row[0]), Self.trimmed(row[place]))
            guard !picture.isEmpty, !group.isEmpty, groups[picture] ?? group == group else {
                throw DatasetError(
                    "`groups`: \(file), line \(row.number): "
                        + (picture.isEmpty || group.isEmpty
                            ? "the picture or its \(column) is missing"
                            : "'\(picture)' is in '\(groups[picture] ?? "")' and in '\(group)'"))
            }
            groups[picture] = group
        }
        return groups
    }

    private static func trimmed(_ cell: Cell) -> String {
        cell.shown.trimmingCharacters(in: .whitespaces)
    }
}
