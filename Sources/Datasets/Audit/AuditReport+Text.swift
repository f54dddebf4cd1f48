import Formats

extension AuditReport {
    /// The report for a terminal: a line a finding, a few examples below it.
    ///
    /// - Parameters:
    ///   - sheet: the contact sheet's path, named where there are pairs to see in it.
    ///   - examples: lines below each finding; numbers are rows of the contact sheet.
    package func text(sheet: String? = nil, examples: Int = 3) -> String {
        let rows = Dictionary(
            worstPairs.prefix(ContactSheet.mostRows).enumerated().map {
                (Set($0.element.files), $0.offset + 1)
            }, uniquingKeysWith: { first, _ in first })
        var lines = ["\(pictures) pictures in \(classes.count) classes\(splitWords)"]
        if findings.isEmpty { lines.append("  nothing found") }
        for finding in findings {
            lines.append("  \(Self.mark(finding.severity))\(finding.summary)")
            for example in finding.examples.prefix(examples) {
                lines.append("      \(Self.words(example, row: sheet == nil ? nil : rows))")
            }
            let more = finding.examples.count - examples
            if more > 0 { lines.append("      ... and more") }
        }
        lines += advice
        if let sheet, !rows.isEmpty { lines.append("  see \(sheet)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var splitWords: String {
        testPictures.map { ", \($0) of the samples in the test part" } ?? ", no split"
    }

    /// What a random split would do, and how to group.
    private var advice: [String] {
        var lines: [String] = []
        if let randomSplit {
            let test = Int((randomSplit.testShare * 100).rounded())
            let start = "  a random \(100 - test)/\(test) split would put"
            if randomSplit.copies > 0 {
                lines.append(
                    "\(start) a copy of \(Self.percent(randomSplit.copies)) of the test pictures "
                        + "into training")
            }
            if let groups = randomSplit.groups, groups > 0 {
                lines.append(
                    "\(start) a relative (same group) of \(Self.percent(groups)) of the test "
                        + "pictures into training")
            }
        }
        if let suggestion {
            lines.append(
                "  suggested: `groups` \(suggestion.rule) (\(suggestion.summary); "
                    + "\(suggestion.groups) groups, the largest '\(suggestion.largest)' with "
                    + "\(suggestion.largestSize))")
        }
        return lines
    }

    private static func mark(_ severity: AuditSeverity) -> String {
        switch severity {
        case .leak: "LEAK  "
        case .warning: "warn  "
        case .note: "note  "
        }
    }

    private static func words(_ example: AuditExample, row: [Set<String>: Int]?) -> String {
        let number = row?[Set(example.files)].map { "row \($0): " } ?? ""
        guard !example.files.isEmpty else { return example.note }
        let files = example.files.map { printable($0, limit: 4096) }
        return "\(number)\(files.joined(separator: "  =  ")): \(example.note)"
    }

    /// A share in per cent; small shares keep two digits and none becomes 0%.
    private static func percent(_ share: Double) -> String {
        if share >= 0.095 { return "\(Int((share * 100).rounded()))%" }
        let tenths = max(1, Int((share * 1000).rounded()))
        return "\(tenths / 10).\(tenths % 10)%"
    }
}
