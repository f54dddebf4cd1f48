import Formats
import Foundation

/// Results of stages in folders named by the stages' identities.
///
/// A stage works in `<id>.partial`, which is renamed when all is written: a folder without that ending is
/// complete. An interrupted stage finds its partial folder again and goes on.
package struct StageStore: Sendable {
    package let root: URL

    /// - Throws: `FormatError` when the folder cannot be made.
    package init(_ root: URL) throws {
        self.root = root
        try Self.create(root.appendingPathComponent("stages"))
    }

    /// Where a stage's files lie once it is done.
    package func folder(_ stage: Stage) -> URL {
        root.appendingPathComponent("stages/\(stage.id)")
    }

    package func isDone(_ stage: Stage) -> Bool {
        FileManager.default.fileExists(atPath: folder(stage).path)
    }

    /// The stage's record: read when the stage is done, otherwise made by `work` in the folder given to it.
    package func perform<Record: Codable>(
        _ stage: Stage, _ work: (URL) throws -> Record
    ) throws -> Record {
        if !isDone(stage) {
            let partial = URL(fileURLWithPath: folder(stage).path + ".partial")
            try Self.create(partial)
            try Self.write(stage, to: partial.appendingPathComponent("stage.json"))
            let record = try work(partial)
            try Self.write(record, to: partial.appendingPathComponent("record.json"))
            try Self.rename(partial, folder(stage))
        }
        return try Self.read(Record.self, from: folder(stage).appendingPathComponent("record.json"))
    }

    /// Writes a value as JSON with sorted keys, aside and renamed.
    package static func write(_ value: some Encodable, to url: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try AtomicFile.write(try encoder.encode(value) + Data("\n".utf8), to: url)
    }

    static func read<Value: Decodable>(_ type: Value.Type, from url: URL) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: try Data(contentsOf: url))
        } catch {
            throw FormatError(
                file: url.path, found: "cannot be read as a record (\(error))",
                expected: "the record of a finished stage",
                advice: "Remove its folder; the stage is then done again.")
        }
    }

    private static func create(_ folder: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
        } catch {
            throw FormatError(
                file: folder.path, found: "cannot be created (\(error.localizedDescription))",
                expected: "a folder to keep results in",
                advice: "Free space or choose another place with --out.")
        }
    }

    private static func rename(_ from: URL, _ to: URL) throws {
        guard Foundation.rename(from.path, to.path) == 0 else {
            throw FormatError(
                file: to.path, found: "cannot be put in place: \(String(cString: strerror(errno)))",
                expected: "a finished stage", advice: "Free space and run the same command again.")
        }
    }
}
