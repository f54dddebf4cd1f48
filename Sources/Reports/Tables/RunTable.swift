import Findings
import Foundation
import Studies

/// What was run, in one table that all protocols share: where they agree, one cell says so.
struct RunTable {
    /// One fact, under each protocol; nil where it is not known.
    struct Row: Equatable {
        let name: String
        let cells: [String?]

        /// Whether one cell says it for all.
        var isShared: Bool { cells.allSatisfy { $0 == cells[0] } }
    }

    let columns: [String]
    let rows: [Row]

    init(_ results: [PictureResult]) {
        columns = results.map(\.label)
        rows = Self.facts.map { name, fact in Row(name: name, cells: results.map(fact)) }
            .filter { row in row.cells.contains { $0 != nil } }
    }

    private static let facts: [(String, @Sendable (PictureResult) -> String?)] = [
        ("pictures", { $0.conditions.data.map(Self.pictures) }),
        ("kept together", { $0.conditions.data.map(Self.groups) }),
        ("start weights", { Self.starts($0) }),
        ("division", { Self.division($0) }),
        ("training", { Self.training($0) }),
        (
            "repeats",
            { result in
                let count = result.evidence.seeds.count
                return "\(count) \(count == 1 ? "seed" : "seeds")"
            }
        ),
        ("pruned", { Self.pruned($0) }),
        ("smaller than the paper", { Self.reductions($0) }),
        (
            "study",
            { result in
                result.conditions.training.map { "\($0.study), preset \($0.preset)" }
            }
        ),
        (
            "besides",
            { result in
                let notes = result.conditions.notes
                return notes.isEmpty ? nil : notes.joined(separator: " ")
            }
        ),
        ("record", { Self.record($0) }),
    ]

    private static func pictures(_ data: Conditions.Data) -> String {
        "\(data.pictures)\(data.synthetic == nil ? "" : " synthetic") in \(data.classes) classes at "
            + "\(data.size) px (\(data.fingerprint.prefix(12)))"
    }

    private static func groups(_ data: Conditions.Data) -> String {
        let copies = data.copies > 0 ? "; \(data.copies) pairs of copies" : ""
        return (data.groupRule == "none" ? "nothing" : "groups by \(data.groupRule)") + copies
    }

    private static func starts(_ result: PictureResult) -> String? {
        let starts = result.conditions.starts
        let texts = starts.map { start in
            // The row is called so already.
            let name = "start weights: "
            let text = start.text
            guard text.lowercased().hasPrefix(name) else { return text }
            return String(text.dropFirst(name.count))
        }
        return starts.isEmpty ? nil : texts.joined(separator: " ")
    }

    private static func division(_ result: PictureResult) -> String? {
        guard let training = result.report.runs.first?.training else { return nil }
        let tested = training.test.map { ", tested once on \($0.count)" } ?? ""
        let epoch =
            result.watchesTest
            ? "best epoch on the test pictures quoted" : "best epoch chosen on validation"
        return
            "trained on \(training.trainCount), validated on \(training.validationCount)\(tested); "
            + epoch
    }

    private static func training(_ result: PictureResult) -> String? {
        guard let training = result.conditions.training else {
            return (result.report.runs.first?.training.history.count).map { "\($0) epochs" }
        }
        let copies = training.copies > 1 ? "; each picture grown to \(training.copies)" : ""
        return "\(training.epochs) epochs, batch \(training.batchSize), \(training.optimizer)"
            + copies
    }

    private static func pruned(_ result: PictureResult) -> String? {
        let amounts = Set(result.report.runs.compactMap(\.amount)).sorted()
            .map { "\(TicketReport.percent($0))%" }
        return amounts.isEmpty ? nil : Wording.words(amounts)
    }

    private static func reductions(_ result: PictureResult) -> String? {
        let all = result.conditions.reductions
        return all.isEmpty ? nil : all.map(\.text).joined(separator: "; ")
    }

    private static func record(_ result: PictureResult) -> String? {
        ReportContents.record(result.file, result.written)
    }
}

extension HTML {
    /// A cell for all protocols where they agree.
    static func table(_ run: RunTable) -> String {
        let head = ([""] + run.columns).map { "<th>\(escaped($0))</th>" }.joined()
        let rows = run.rows.map { row in
            let cells =
                row.isShared
                ? "<td colspan=\"\(run.columns.count)\">\(escaped(row.cells[0] ?? ""))</td>"
                : zip(run.columns, row.cells).map { column, cell in
                    "<td data-label=\"\(escaped(column))\">\(escaped(cell ?? "none"))</td>"
                }.joined()
            return "<tr><th scope=\"row\">\(escaped(row.name))</th>\(cells)</tr>\n"
        }
        return
            "<div class=\"scroll\"><table class=\"run\">\n<thead><tr>\(head)</tr></thead>\n<tbody>"
            + rows.joined() + "</tbody></table></div>\n"
    }
}
