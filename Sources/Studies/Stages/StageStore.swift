import Core
import Formats
import Foundation
import Results

/// Results of stages in folders named by the stages' identities.
///
/// A stage works in `stages/<id>.partial`, which is renamed when all is written. An interrupted stage finds its
/// partial folder again and goes on. Any number of processes may share a store: a stage is worked on under its
/// lock (`ResultStore`). A stage's folder holds `stage.json`, which says what it is, and `record.json`, what came
/// of it, and the hashes of the other files.
package struct StageStore: Sendable {
    package let root: URL
    let results: ResultStore
    let checked = CheckedStages()
    /// Told in one line of what was damaged; from any thread.
    package var note: @Sendable (String) -> Void = { _ in }

    /// - Parameter isMade: whether its folders are made where they are not there; nothing is written otherwise.
    /// - Throws: `FormatError` when the folders cannot be made.
    package init(_ root: URL, busy: ResultStore.Busy = .wait, isMade: Bool = true) throws {
        self.root = root
        results = try ResultStore(
            Self.stages(root), locks: root.appendingPathComponent("locks"), busy: busy,
            isMade: isMade)
    }

    static func stages(_ root: URL) -> URL { root.appendingPathComponent("stages") }

    /// Where a stage's files lie once it is done.
    package func folder(_ stage: Stage) -> URL { folder(stage.id) }

    func folder(_ id: String) -> URL { results.place(id) }

    package func isDone(_ stage: Stage) -> Bool { results.isDone(stage.id) }

    /// The stage's record: read when the stage is done, otherwise made by `work` in the folder given to it.
    ///
    /// - Throws: `ResultBusy` while another process is at it, if this store leaves busy stages; a stage whose record
    ///   cannot be read is put aside, which `note` is told, and done again.
    package func perform<Record: Codable>(
        _ stage: Stage, _ work: (URL) throws -> Record
    ) throws -> Record {
        func result() throws -> Record {
            try results.result(stage.id, read: { try record(stage.id, $0) }) { partial in
                try ResultStore.create(partial)
                try Self.write(stage, to: partial.appendingPathComponent("stage.json"))
                let record = StageRecord(try work(partial), files: try StageFiles.hashes(partial))
                try Self.write(record, to: partial.appendingPathComponent("record.json"))
            }
        }
        do {
            return try result()
        } catch let damage as DamagedStage where damage.id == stage.id {
            try setAside(damage)
            return try result()
        }
    }

    /// The record of a stage that is done.
    ///
    /// - Throws: `DamagedStage` for one that cannot be read.
    package func record<Record: Decodable>(_ stage: Stage) throws -> Record {
        try record(stage.id, folder(stage))
    }

    private func record<Record: Decodable>(_ id: String, _ folder: URL) throws -> Record {
        let file = folder.appendingPathComponent("record.json")
        do {
            return try Self.read(Record.self, from: file)
        } catch let error as FormatError {
            throw damage(id, error.file, error.found)
        }
    }

    /// Writes a value as JSON with sorted keys, aside and renamed.
    package static func write(_ value: some Encodable, to url: URL) throws {
        try AtomicFile.write(CanonicalJSON.page.document(value), to: url)
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
}
