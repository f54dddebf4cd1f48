import Foundation

/// Tables for a paper, with the booktabs package.
enum LaTeX {
    /// All tables as one file to `\input`.
    static func text(_ tables: [ReportTable]) -> String {
        "% Written by winnow report. Needs \\usepackage{booktabs}.\n\n"
            + tables.map(table).joined(separator: "\n")
    }

    private static func table(_ item: ReportTable) -> String {
        let columns = columns(item)
        func line(_ cells: [String]) -> String {
            item.cells(cells).map(escaped).joined(separator: " & ") + " \\\\"
        }
        let notes = item.table.notes.map { "\n\\\\ \\footnotesize " + escaped($0) }.joined()
        let head = [
            "\\begin{table}", "\\centering \\small",
            "\\caption{\(escaped(item.heading))}", "\\label{tab:\(item.id)}",
            "\\begin{tabular}{\(columns)}", "\\toprule", line(item.table.header), "\\midrule",
        ]
        let foot = ["\\bottomrule", "\\end{tabular}" + notes, "\\end{table}", ""]
        return (head + item.table.rows.map(line) + foot).joined(separator: "\n")
    }

    /// Numbers to the right, words to the left, sentences in paragraphs that share the line.
    private static func columns(_ item: ReportTable) -> String {
        let long = item.table.header.indices.filter { column in
            item.table.rows.contains { item.cells($0)[column].count > 40 }
        }
        return item.table.header.indices.map { column in
            if long.contains(column) {
                let share = String(format: "%.2f", 0.85 / Double(long.count))
                return "p{\(share)\\linewidth}"
            }
            return item.isNumeric(column) ? "r" : "l"
        }.joined()
    }

    /// The text with LaTeX's own characters made harmless.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\textbackslash{}"
            case "{", "}", "$", "&", "#", "_", "%": result += "\\" + String(character)
            case "~": result += "\\textasciitilde{}"
            case "^": result += "\\textasciicircum{}"
            case "<": result += "$<$"
            case ">": result += "$>$"
            case "|": result += "$|$"
            // A bracket after \\ would be taken for its argument.
            case "[": result += "{[}"
            case "]": result += "{]}"
            case "\n", "\r", "\r\n": result += " "
            default: result.append(character)
            }
        }
        return result
    }
}
