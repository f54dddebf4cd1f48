import Core
import Datasets
import Findings
import Formats
import Foundation
import Statistics

/// The comparison of techniques as tables and records.
package struct TicketReport: Codable, Sendable {
    /// What the numbers rest on: data, weights, protocol, settings, substitutes.
    package let conditions: Conditions
    package let runs: [TechniqueRun]
    /// `leak-free` or `as-paper`; nil in records from before it was written down.
    package let protocolName: String?
    /// The group (person, film) of each picture of the data; nil in records from before it was
    /// written down.
    package let groups: [Int]?

    package init(
        conditions: Conditions, runs: [TechniqueRun], protocolName: String? = nil,
        groups: [Int]? = nil
    ) {
        (self.conditions, self.runs) = (conditions, runs)
        (self.protocolName, self.groups) = (protocolName, groups)
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        conditions = try Conditions.read(from: values.superDecoder(forKey: .conditions))
        runs = try values.decode([TechniqueRun].self, forKey: .runs)
        protocolName = try values.decodeIfPresent(String.self, forKey: .protocolName)
        groups = try values.decodeIfPresent([Int].self, forKey: .groups)
    }

    /// What a table's title says of a protocol that leaks.
    var caution: String {
        guard let protocolName, (try? DataProtocol.named(protocolName))?.leaks == true else {
            return ""
        }
        return " (\(protocolName): leaks)"
    }

    /// Runs of one technique at one amount, over the seeds.
    struct Cell {
        let technique: StudyTechnique
        let amount: Double?
        let runs: [TechniqueRun]

        var name: String {
            technique.name + (amount.map { " \(TicketReport.percent($0))%" } ?? "")
        }

        func summary(_ value: (TechniqueRun) -> Double?) -> Summary {
            Summary(runs.compactMap(value))
        }
    }

    /// Cells in the order of their first run.
    var cells: [Cell] {
        var order: [(StudyTechnique, Double?)] = []
        for run in runs where !order.contains(where: { $0 == (run.technique, run.amount) }) {
            order.append((run.technique, run.amount))
        }
        return order.map { technique, amount in
            Cell(
                technique: technique, amount: amount,
                runs: runs.filter { $0.technique == technique && $0.amount == amount })
        }
    }

    /// What was compared and how it came out, without epochs and layers.
    package var plainComparison: String {
        conditions.lines.joined(separator: "\n") + "\n\n" + tables[0].plain
    }

    /// Text for a terminal.
    package var plain: String {
        (conditions.lines.joined(separator: "\n") + "\n\n")
            + tables.map(\.plain).joined(separator: "\n")
    }

    /// Markdown for documents.
    package var markdown: String {
        conditions.lines.map { "- " + $0 }.joined(separator: "\n") + "\n\n"
            + tables.map(\.markdown).joined(separator: "\n")
    }

    /// Writes `tickets.json`, `tickets.csv`, `tickets-epochs.csv`, `tickets-layers.csv` and `tickets.md`.
    package func write(to folder: URL) throws {
        try StageStore.write(self, to: folder.appendingPathComponent("tickets.json"))
        try CSVWriter.write(runRows, to: folder.appendingPathComponent("tickets.csv"))
        try CSVWriter.write(epochRows, to: folder.appendingPathComponent("tickets-epochs.csv"))
        try CSVWriter.write(layerRows, to: folder.appendingPathComponent("tickets-layers.csv"))
        try AtomicFile.write(
            Data(markdown.utf8), to: folder.appendingPathComponent("tickets.md"))
    }

    /// The report as one JSON document.
    package func json() throws -> Data {
        try CanonicalJSON.page.document(self)
    }

    /// `0.21875` as `21.9`, whole percents without digits.
    package static func percent(_ fraction: Double, digits: Int = 1) -> String {
        let text = String(format: "%.\(digits)f", fraction * 100)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
