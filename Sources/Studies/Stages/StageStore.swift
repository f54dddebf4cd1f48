import Core
import Formats
import Foundation

/// Results of stages in folders named by the stages' identities.
///
/// A stage works in `stages/<id>.partial`, which is renamed when all is written: a folder without that
/// ending is complete. An interrupted stage finds its partial folder again and goes on. Any number of
/// processes may share a store: a stage is worked on under its lock.
package struct StageStore: Sendable {
    /// What to do about a stage that another process is at.
    package enum Busy: Sendable {
        /// Wait until it is done.
        case wait
        /// Throw `StageBusy`, so that something else can be done meanwhile.
        case leave
    }

    package let root: URL
    private let busy: Busy

    /// - Throws: `FormatError` when the folders cannot be made.
    package init(_ root: URL, busy: Busy = .wait) throws {
        self.root = root
        self.busy = busy
        for name in ["stages", "locks"] { try Self.create(root.appendingPathComponent(name)) }
    }

    /// Where a stage's files lie once it is done.
    package func folder(_ stage: Stage) -> URL { folder(stage.id) }

    func folder(_ id: String) -> URL { root.appendingPathComponent("stages/\(id)") }

    func lockFile(_ id: String) -> URL { root.appendingPathComponent("locks/\(id).lock") }

    package func isDone(_ stage: Stage) -> Bool { isDone(stage.id) }

    func isDone(_ id: String) -> Bool {
        FileManager.default.fileExists(atPath: folder(id).path)
    }

    /// The stage's record: read when the stage is done, otherwise made by `work` in the folder given to it.
    ///
    /// - Throws: `StageBusy` while another process is at it, if this store leaves busy stages.
    package func perform<Record: Codable>(
        _ stage: Stage, _ work: (URL) throws -> Record
    ) throws -> Record {
        if !isDone(stage) {
            let lock = try lock(stage)
            // The last holder may have done it.
            if !isDone(stage) { try finish(stage, work) }
            lock.retire()
        }
        return try record(stage)
    }

    /// The record of a stage that is done.
    package func record<Record: Decodable>(_ stage: Stage) throws -> Record {
        try Self.read(Record.self, from: folder(stage).appendingPathComponent("record.json"))
    }

    private func lock(_ stage: Stage) throws -> StageLock {
        while true {
            if let lock = try StageLock.take(lockFile(stage.id)) { return lock }
            if busy == .leave { throw StageBusy(id: stage.id) }
            usleep(100_000)
        }
    }

    private func finish(_ stage: Stage, _ work: (URL) throws -> some Encodable) throws {
        let partial = URL(fileURLWithPath: folder(stage).path + ".partial")
        try Self.create(partial)
        Self.clean(partial)
        try Self.write(stage, to: partial.appendingPathComponent("stage.json"))
        let record = try work(partial)
        try Self.write(record, to: partial.appendingPathComponent("record.json"))
        try Self.rename(partial, folder(stage))
    }

    /// Removes what a killed writer left aside (`AtomicFile`).
    private static func clean(_ folder: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(".partial") {
            try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
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

    static func create(_ folder: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
        } catch {
            throw FormatError(
                file: folder.path, found: "cannot be created (\(error.localizedDescription))",
                expected: "a folder to keep results in",
                advice: "Free space or choose another place with `out`.")
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
