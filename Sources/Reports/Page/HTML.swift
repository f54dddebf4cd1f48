import Foundation

/// The pieces that a page is put together from; all text goes through `escaped`.
enum HTML {
    /// The text with the characters that HTML gives a meaning made harmless.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }

    static func paragraph(_ text: String, class name: String = "") -> String {
        text.isEmpty ? "" : "<p\(attribute(name))>\(escaped(text))</p>\n"
    }

    static func list(_ items: [String]) -> String {
        items.isEmpty
            ? "" : "<ul>\n" + items.map { "<li>\(escaped($0))</li>\n" }.joined() + "</ul>\n"
    }

    static func link(_ address: String, _ text: String) -> String {
        "<a href=\"\(escaped(address))\">\(escaped(text))</a>"
    }

    /// JSON that nothing in it can end the script element that carries it.
    static func script(json: Data, id: String) -> String {
        let text = String(decoding: json, as: UTF8.self)
            .replacingOccurrences(of: "<", with: "\\u003c")
        return "<script type=\"application/json\" id=\"\(escaped(id))\">\(text)</script>\n"
    }

    private static func attribute(_ name: String) -> String {
        name.isEmpty ? "" : " class=\"\(name)\""
    }
}

extension HTML {
    /// A table in a box that scrolls sideways on a narrow screen.
    static func table(_ item: ReportTable) -> String {
        let numeric = item.table.header.indices.map(item.isNumeric)
        func cells(_ row: [String], _ tag: String) -> String {
            item.cells(row).enumerated().map { column, text in
                "<\(tag)\(numeric[column] ? " class=\"num\"" : "")>\(escaped(text))</\(tag)>"
            }.joined()
        }
        return "<div class=\"scroll\"><table>\n<thead><tr>\(cells(item.table.header, "th"))</tr>"
            + "</thead>\n<tbody>\n"
            + item.table.rows.map { "<tr>\(cells($0, "td"))</tr>\n" }.joined()
            + "</tbody></table></div>\n"
            + item.table.notes.map { paragraph($0, class: "note") }.joined()
    }
}
