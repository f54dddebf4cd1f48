import Formats
import Foundation
import Studies
import TableStudy

/// The run records of a study, read from its folder and from the folders directly in it.
struct StudyRecords: Sendable {
    /// The study of the feed-forward net.
    struct Table: Sendable {
        let study: TableStudy
        let file: String
        let written: Date?
    }

    let pictures: [PictureResult]
    let table: Table?
    /// Every run of a study with several experiments, size and speed, and the work behind it.
    var experiments: ExperimentReport? = nil
    var costs: [CostRecord] = []
    var uses: [UseRecord] = []
    var generators: [JudgedGenerator] = []
    /// What generators made, as PNG files with what is on them.
    var sheets: [(caption: String, png: Data)] = []
    var effort: StudyEffort? = nil

    /// A record larger than this is none of Winnow's.
    static let largest = 256 << 20
    static let names = ["tickets.json", "table.json"]

    /// Reads every `tickets.json`, and the first `table.json`.
    ///
    /// - Throws: `FormatError` for a folder without records, or a record that is damaged.
    static func read(_ folder: URL) throws -> StudyRecords {
        let places = try places(folder)
        let tickets = try places.compactMap { place -> PictureResult? in
            let url = place.appendingPathComponent("tickets.json")
            guard let data = try bytes(url) else { return nil }
            let report = try decode(TicketReport.self, data, url)
            try RecordCheck(file: url.path).check(report)
            return PictureResult(
                label: PictureResult.protocolName(report), report: report,
                file: shown(url, folder), written: date(url))
        }
        let table = try places.lazy.compactMap { place -> Table? in
            let url = place.appendingPathComponent("table.json")
            guard let data = try bytes(url) else { return nil }
            return Table(
                study: try decode(TableStudy.self, data, url), file: shown(url, folder),
                written: date(url))
        }.first
        guard table != nil || !tickets.isEmpty else {
            throw FormatError(
                file: folder.path, found: "holds no \(names.joined(separator: " and no "))",
                expected: "the folder of a finished study, or the folder that holds several",
                advice: "Run winnow reproduce into it first.")
        }
        var records = StudyRecords(pictures: labelled(tickets), table: table)
        try records.readStudy(places)
        return records
    }

    /// What only `winnow study` and `winnow reproduce` leave: that of the first folder that has it.
    private mutating func readStudy(_ places: [URL]) throws {
        func first<Record: Decodable>(_ name: String, _ type: Record.Type) throws -> Record? {
            for place in places {
                let url = place.appendingPathComponent(name)
                if let data = try Self.bytes(url) { return try Self.decode(type, data, url) }
            }
            return nil
        }
        experiments = try first("experiments.json", ExperimentReport.self)
        if let experiments { try RecordCheck(file: "experiments.json").check(experiments) }
        costs = try first("costs.json", [CostRecord].self) ?? []
        uses = try first("uses.json", [UseRecord].self) ?? []
        effort = try first("effort.json", StudyEffort.self)
        generators = try first("generators.json", [JudgedGenerator].self) ?? []
        sheets = try Self.sheets(generators, places)
    }

    /// The sheets of each kind of generator, from the first folder that has them.
    private static func sheets(
        _ generators: [JudgedGenerator], _ places: [URL]
    ) throws -> [(caption: String, png: Data)] {
        let kinds = ExperimentReport.keys(generators.map(\.record.kind))
        return try kinds.flatMap { kind in
            try GeneratorSheet.allCases.compactMap { sheet in
                let name = StudyGenerators.file(kind, sheet)
                let files = places.map {
                    $0.lastPathComponent == StudyGenerators.folder
                        ? $0.appendingPathComponent(name)
                        : $0.appendingPathComponent("\(StudyGenerators.folder)/\(name)")
                }
                return try files.lazy.compactMap { try bytes($0) }.first.map {
                    ("\(kind.rawValue): \(sheet.caption)", $0)
                }
            }
        }
    }

    /// Leak-free first; results of one protocol are told apart by their folders.
    private static func labelled(_ results: [PictureResult]) -> [PictureResult] {
        let counts = Dictionary(grouping: results, by: \.label).mapValues(\.count)
        let named = results.enumerated().map { index, result in
            guard counts[result.label, default: 1] > 1 else { return result }
            let parent = (result.file as NSString).deletingLastPathComponent
            let name = parent.isEmpty ? "\(index + 1)" : parent
            return PictureResult(
                label: "\(result.label), \(name)", report: result.report, file: result.file,
                written: result.written)
        }
        func place(_ result: PictureResult) -> (Int, String) {
            (result.watchesTest ? 1 : 0, result.label)
        }
        return named.sorted { place($0) < place($1) }
    }

    private static func places(_ folder: URL) throws -> [URL] {
        let manager = FileManager.default
        do {
            let names = try manager.contentsOfDirectory(atPath: folder.path).sorted()
            let inside = names.filter { !$0.hasPrefix(".") && !["stages", "report"].contains($0) }
                .map { folder.appendingPathComponent($0) }
                .filter { $0.hasDirectoryPath || isFolder($0) }
            return [folder] + inside
        } catch {
            throw FormatError(
                file: folder.path, found: "cannot be listed (\(error.localizedDescription))",
                expected: "the folder of a finished study", advice: "Check the path.")
        }
    }

    private static func isFolder(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// nil when there is no such file.
    private static func bytes(_ url: URL) throws -> Data? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let size = try? FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int
        guard let size, size <= largest else {
            throw FormatError(
                file: url.path, found: "is too large for a record (\(grouped(size ?? 0)) bytes)",
                expected: "at most \(grouped(largest))", advice: "Make the record again.")
        }
        do {
            return try Data(contentsOf: url)
        } catch {
            throw FormatError(
                file: url.path, found: "cannot be read (\(error.localizedDescription))",
                advice: "Check the file's permissions.")
        }
    }

    private static func decode<Record: Decodable>(
        _ type: Record.Type, _ data: Data, _ url: URL
    ) throws -> Record {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "none")
        do {
            return try decoder.decode(type, from: data)
        } catch {
            throw FormatError(
                file: url.path, found: "is not a whole record (\(RecordCheck.reason(error)))",
                expected: "what winnow reproduce writes",
                advice: "Run the same winnow reproduce again: finished stages are kept.")
        }
    }

    private static func shown(_ url: URL, _ folder: URL) -> String {
        let parts = url.standardizedFileURL.pathComponents
        return parts.dropFirst(folder.standardizedFileURL.pathComponents.count)
            .joined(separator: "/")
    }

    private static func date(_ url: URL) -> Date? {
        try? FileManager.default.attributesOfItem(atPath: url.path)[.modificationDate] as? Date
    }
}
