import Formats
import Foundation

/// Names that are two to the file system and one to a person, or one to Swift.
package enum NameForms {
    /// Refuses names that differ only in how their letters are made up: é as one character or as two (Unicode's NFC
    /// and NFD). Such names are equal as text, so one would stand for the other.
    static func requireDistinct(
        _ names: [String], of what: String, in place: String
    ) throws(DatasetError) {
        var seen: Set<String> = []
        // ASCII has one form only.
        for name in names where !name.utf8.allSatisfy({ $0 < 0x80 }) {
            guard seen.insert(name).inserted else {
                throw DatasetError(
                    "\(place): two \(what) are named '\(printable(name))', once with letters of one character and "
                        + "once of two (Unicode's NFC and NFD). Rename or remove one")
            }
        }
    }

    /// Groups of names that differ only in letter case, spaces, or what stands for a space.
    package static func alike(_ names: [String]) -> [[String]] {
        let groups = Dictionary(grouping: names, by: key).values.filter { $0.count > 1 }
        return groups.map { NameOrder.sorted($0) }.sorted { NameOrder.precedes($0[0], $1[0]) }
    }

    /// `'Happy' and 'happy'`.
    package static func list(_ names: [String]) -> String {
        let shown = names.map { "'\(printable($0))'" }
        return shown.count < 2
            ? shown.joined()
            : shown.dropLast().joined(separator: ", ") + " and " + (shown.last ?? "")
    }

    private static func key(_ name: String) -> String {
        name.precomposedStringWithCompatibilityMapping.lowercased()
            .split { $0.isWhitespace || $0 == "_" || $0 == "-" }.joined(separator: " ")
    }
}
