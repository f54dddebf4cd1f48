import Statistics
import Studies

/// What a reader should not overlook.
struct Warning: Equatable {
    /// In two or three words, for the first paragraph.
    let short: String
    let text: String
}

extension Warning {
    /// Warnings on everything that was read, each once.
    static func all(_ records: StudyRecords) -> [Warning] {
        var found: [Warning] = []
        for warning in records.pictures.flatMap(of) + (records.table.map { of($0.study) } ?? []) {
            if !found.contains(warning) { found.append(warning) }
        }
        return found
    }

    private static func of(_ result: PictureResult) -> [Warning] {
        var warnings = result.report.conditions.compactMap(condition)
        let label = result.label
        if result.watchesTest, !warnings.contains(where: { $0.short == leak }) {
            warnings.append(
                Warning(
                    short: leak,
                    text: "\(label): the epoch is chosen on the test pictures, and augmented "
                        + "copies of most of them are in the training part."))
        }
        warnings += chance(result)
        let seeds = result.evidence.seeds.count
        if seeds == 1 {
            warnings.append(
                Warning(
                    short: "one seed",
                    text: "\(label): n = 1. There are no intervals, and no difference between "
                        + "techniques can be told from chance."))
        } else if seeds < 5 {
            warnings.append(
                Warning(
                    short: "few seeds",
                    text: "\(label): n = \(seeds) seeds. Intervals are wide, and rest on the "
                        + "seeds' being normally spread."))
        }
        if let count = result.report.runs.compactMap(\.training.test?.count).first, count < 400 {
            let points = TicketReport.percent(1 / Double(max(1, count)), digits: 1)
            warnings.append(
                Warning(
                    short: "few test pictures",
                    text: "\(label): \(count) test pictures; one of them is \(points) points."))
        }
        return warnings
    }

    /// A network that has learnt next to nothing has nothing to lose by pruning.
    private static func chance(_ result: PictureResult) -> [Warning] {
        let accuracy = Summary(result.evidence.values(.unpruned) { $0.accuracy })
        let first = result.report.runs.first?.training.history.first?.evaluation
        guard let classes = first?.recall.count, classes > 0, accuracy.n > 0 else { return [] }
        let chance = 100 / Double(classes)
        guard accuracy.mean < 1.5 * chance || (accuracy.interval?.low ?? .infinity) <= chance else {
            return []
        }
        return [
            Warning(
                short: "networks that learnt little",
                text:
                    "\(result.label): the unpruned network is right on \(accuracy.text())% of the "
                    + "pictures, where guessing among \(classes) classes is right on "
                    + "\(TicketReport.percent(chance / 100))%. What has learnt little has little to "
                    + "lose by pruning: the verdicts say more about this study's size than about the "
                    + "techniques.")
        ]
    }

    private static let leak = "a protocol that leaks"

    /// What a line of the record's conditions warns of.
    private static func condition(_ line: String) -> Warning? {
        let lower = line.lowercased()
        if line.hasPrefix("WARNING") {
            let text = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
            return Warning(short: lower.contains("leak") ? leak : "a warning", text: String(text))
        }
        if line.hasPrefix("Reduced") { return Warning(short: "a reduced study", text: line) }
        if lower.contains("substitute") {
            return Warning(short: "substitute start weights", text: line)
        }
        if lower.contains("synthetic") || lower.contains("invented") {
            return Warning(short: "synthetic pictures", text: line)
        }
        return nil
    }

    private static func of(_ study: TableStudy) -> [Warning] {
        let count = study.source.findings.count
        let notes = study.notes.filter { !isDetail($0) }.map {
            Warning(short: "the table's size and splits", text: "Table: \($0)")
        }
        if count == 0 { return notes }
        let text = "Table: \(count) rows were dropped or are doubtful; the list is below."
        return notes + [Warning(short: "doubtful rows of the table", text: text)]
    }

    /// Whether a note of the table study tells how it was done rather than what limits it.
    static func isDetail(_ note: String) -> Bool {
        note.hasPrefix("Adam:") || note.hasPrefix("Retrained:")
    }
}
