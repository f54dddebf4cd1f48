import Foundation

/// Reads one sheet of an `.xlsx` workbook (ECMA-376): shared and inline strings, numbers, booleans,
/// errors, merged cells. Formulas give the value that was last computed; styles are ignored.
package enum XlsxReader {
    /// The most bytes that one part may unpack to, and the most cells in a sheet.
    static let largestPart = 64 << 20
    static let mostCells = 2_000_000

    /// - Parameters:
    ///   - file: the name for messages.
    ///   - sheet: the sheet's name; nil for the first that is not hidden and that `suits`.
    ///   - suits: whether a sheet is one that is looked for; where none is, the first is taken.
    /// - Throws: `FormatError` when it is damaged, hostile, too large, or lacks the sheet.
    package static func read(
        _ data: Data, file: String, sheet: String? = nil, suits: (Sheet) -> Bool = { _ in true }
    ) throws -> Sheet {
        let archive = try ZipArchive(data, file: file)
        guard archive["xl/workbook.xml"] != nil else {
            throw FormatError(
                file: file, found: "is a zip file without xl/workbook.xml",
                expected: "an .xlsx file",
                advice: "Save it as .xlsx or .csv.")
        }
        let links = try relationships(archive)
        let listed = try sheets(archive)
        let strings = try links.values.first { $0.type.hasSuffix("/sharedStrings") }
            .map { try sharedStrings(archive, part: $0.part) }
        func parsed(_ chosen: Listed) throws -> Sheet {
            guard let part = links[chosen.id]?.part else {
                throw FormatError.damaged(
                    file, "has no part for its sheet '\(printable(chosen.name))'")
            }
            var parser = SheetParser(file: file, strings: strings ?? [])
            try parser.parse(contents(part, archive), part: part)
            return Sheet(file: file, name: chosen.name, rows: parser.rows, merged: parser.merged)
        }
        if let sheet { return try parsed(choose(sheet, among: listed, file: file)) }
        let visible = listed.filter { !$0.isHidden }
        let first = try parsed(choose(nil, among: visible.isEmpty ? listed : visible, file: file))
        var found = first
        if !suits(first) {
            found =
                visible.dropFirst().prefix(mostSheets).lazy.compactMap { try? parsed($0) }
                .first(where: suits) ?? first
        }
        if listed.count > 1 {
            let others = listed.filter { $0.name != found.name }.map {
                "'\(printable($0.name))'\($0.isHidden ? " (hidden)" : "")"
            }
            found.notes.append(
                "sheet '\(printable(found.name))' is read; beside it: "
                    + others.prefix(10).joined(separator: ", "))
        }
        return found
    }

    /// The most sheets that are looked through for one that suits.
    private static let mostSheets = 16

    /// A sheet of the workbook, by the id of its relationship.
    private struct Listed {
        let name: String
        let id: String
        let isHidden: Bool
    }

    private static func contents(_ part: String, _ archive: ZipArchive) throws -> Data {
        guard let entry = archive[part] else {
            throw FormatError.damaged(archive.file, "lacks its part \(printable(part))")
        }
        return try archive.contents(entry, limit: largestPart)
    }

    /// The sheets in the order of their tabs, with the ids of their relationships.
    private static func sheets(_ archive: ZipArchive) throws -> [Listed] {
        var sheets: [Listed] = []
        let events = XMLEvents()
        events.onStart = { element, attributes in
            guard element == "sheet", let name = attributes["name"] else { return }
            let id = attributes.first { $0.key == "id" || $0.key.hasSuffix(":id") }?.value
            let state = attributes["state"] ?? "visible"
            sheets.append(Listed(name: name, id: id ?? "", isHidden: state != "visible"))
        }
        let part = "xl/workbook.xml"
        try events.parse(contents(part, archive), file: archive.file, part: part)
        return sheets
    }

    private static func choose(
        _ name: String?, among sheets: [Listed], file: String
    ) throws -> Listed {
        if let found = sheets.first(where: { name == nil || $0.name == name }) { return found }
        let names = sheets.prefix(10).map { "'\(printable($0.name))'" }.joined(separator: ", ")
        throw FormatError(
            file: file, found: "has the sheets \(names.isEmpty ? "(none)" : names)",
            expected: "a sheet" + (name.map { " '\($0)'" } ?? ""), advice: "Name one of them.")
    }

    /// What the workbook's parts are, by relationship id.
    private static func relationships(
        _ archive: ZipArchive
    ) throws -> [String: (type: String, part: String)] {
        var links: [String: (type: String, part: String)] = [:]
        let events = XMLEvents()
        events.onStart = { element, attributes in
            guard element == "Relationship", attributes["TargetMode"] != "External",
                let id = attributes["Id"], let target = attributes["Target"]
            else { return }
            let part = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
            links[id] = (attributes["Type"] ?? "", part)
        }
        let part = "xl/_rels/workbook.xml.rels"
        try events.parse(contents(part, archive), file: archive.file, part: part)
        return links
    }

    /// The texts that cells refer to by number; the runs of a rich text are joined, its phonetic
    /// reading is not text.
    private static func sharedStrings(_ archive: ZipArchive, part: String) throws -> [String] {
        var strings: [String] = []
        var (text, isText, isPhonetic) = ("", false, false)
        let events = XMLEvents()
        events.onStart = { element, _ in
            if element == "si" { text = "" }
            if element == "t" { isText = true }
            if element == "rPh" { isPhonetic = true }
        }
        events.onText = { if isText, !isPhonetic { text += $0 } }
        events.onEnd = { element in
            if element == "t" { isText = false }
            if element == "rPh" { isPhonetic = false }
            guard element == "si" else { return }
            guard strings.count < mostCells else { throw tooMany(archive.file) }
            strings.append(text)
        }
        try events.parse(contents(part, archive), file: archive.file, part: part)
        return strings
    }

    static func tooMany(_ file: String) -> FormatError {
        FormatError(
            file: file, found: "has over \(grouped(mostCells)) cells", expected: "fewer",
            advice: "Keep the columns that matter, or save it as CSV.")
    }
}
