import Findings
import Studies
import TableStudy

/// What a reader should not overlook: at most five lines, the gravest first, and all of it in full.
struct Warnings: Equatable {
    /// One line.
    struct Line: Equatable {
        /// In two or three words.
        let short: String
        let text: String
        /// 0 is the gravest.
        let rank: Int
    }

    let lines: [Line]
    /// What kinds of warnings there are, in two or three words each, the gravest first.
    let kinds: [String]
    /// Every warning as it was given, the gravest first.
    let details: [String]

    static let most = 5

    init(_ records: StudyRecords) {
        let found =
            records.pictures.flatMap { result in
                result.said.cautions.map {
                    Item(short: $0.short, text: $0.text, rank: $0.rank, label: result.label)
                }
            } + (records.table.map { Self.items($0.study) } ?? [])
        let sorted = found.enumerated().sorted {
            ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
        }.map(\.element)
        let merged = Self.merged(sorted, of: records.pictures.count)
        lines = Self.cut(merged)
        kinds = merged.map(\.short)
        details = Self.distinct(
            sorted.map { item in
                let isShared = sorted.count { $0.text == item.text } > 1
                return isShared || item.label.isEmpty || item.text.contains(item.label)
                    ? item.text : "\(item.label): \(item.text)"
            })
    }

    private struct Item {
        let short: String
        let text: String
        let rank: Int
        /// The result that it is about; empty for all.
        let label: String
    }

    /// One line for each kind, from its first sentences.
    private static func merged(_ items: [Item], of results: Int) -> [Line] {
        distinct(items.map(\.short)).map { short in
            let own = items.filter { $0.short == short }
            let texts = distinct(own.map(\.text)).map { text in
                let labels = distinct(own.filter { $0.text == text }.map(\.label))
                    .filter { !$0.isEmpty }
                let first = firstSentence(text)
                let isSaid = labels.count == 1 && first.contains(labels[0])
                return labels.isEmpty || labels.count == results || isSaid
                    ? first : "\(Wording.words(labels)): \(first)"
            }
            return Line(short: short, text: texts.joined(separator: " "), rank: own[0].rank)
        }
    }

    /// The gravest lines, and in a last one what else there is.
    private static func cut(_ lines: [Line]) -> [Line] {
        guard lines.count > most else { return lines }
        let rest = lines[(most - 1)...]
        return Array(lines.prefix(most - 1)) + [
            Line(
                short: "also", text: Wording.words(rest.map(\.short)) + ".",
                rank: rest.first?.rank ?? 0)
        ]
    }

    /// Up to the first full stop that ends more than a word or two.
    static func firstSentence(_ text: String) -> String {
        var end = text.startIndex
        while let stop = text[end...].range(of: ". ") {
            if text.distance(from: text.startIndex, to: stop.lowerBound) > 20 {
                return String(text[..<stop.lowerBound]) + "."
            }
            end = stop.upperBound
        }
        return text
    }

    private static func items(_ study: TableStudy) -> [Item] {
        var items = study.notes.filter { !isDetail($0) }.map {
            Item(short: "the table's size and splits", text: "Table: \($0)", rank: 7, label: "")
        }
        let count = study.source.findings.count
        if count > 0 {
            items.append(
                Item(
                    short: "doubtful rows of the table",
                    text: "Table: \(count) rows were dropped or are doubtful; the list is below.",
                    rank: 7, label: ""))
        }
        return items
    }

    /// Whether a note of the table study tells how it was done rather than what limits it.
    static func isDetail(_ note: String) -> Bool {
        note.hasPrefix("Adam:") || note.hasPrefix("Retrained:")
    }

    private static func distinct(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}
