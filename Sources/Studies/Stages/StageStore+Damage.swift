import Core
import Formats
import Foundation
import Models
import Results

/// A finished stage whose files are not what was written: it is put aside and done again.
package struct DamagedStage: Error, CustomStringConvertible {
    /// The stage's identity.
    package let id: String
    /// The file, and what is wrong with it.
    let file: String
    let reason: String
    /// The folder that was seen, so that one which was made in its place meanwhile is left alone.
    let folder: UInt64?

    package var description: String { "\(file): \(reason)" }
}

extension StageStore {
    /// Runs `body` on the folder of a finished stage, whose files are those that its record names.
    ///
    /// - Throws: `DamagedStage` where they are not, or cannot be read.
    func reading<Value>(_ id: String, _ body: (URL) throws -> Value) throws -> Value {
        let folder = folder(id)
        if !checked.contains(id) {
            try checkFiles(id, folder)
            checked.insert(id)
        }
        do {
            return try body(folder)
        } catch let error as FormatError {
            // "The download was cut off" is for files that were downloaded.
            let found = error.found.replacing(": the download was cut off", with: "")
            throw damage(id, error.file, found)
        } catch let error as NetworkError {
            throw damage(id, folder.path, "\(error)")
        }
    }

    func damage(_ id: String, _ file: String, _ reason: String) -> DamagedStage {
        DamagedStage(id: id, file: file, reason: reason, folder: results.identity(id))
    }

    /// Compares what lies in a stage's folder with its record.
    private func checkFiles(_ id: String, _ folder: URL) throws {
        for (name, hash) in try files(id, folder) ?? [:] {
            let file = folder.appendingPathComponent(name)
            guard let found = try? StageFiles.hash(file) else {
                throw damage(id, file.path, "cannot be read")
            }
            guard found == hash else {
                throw damage(
                    id, file.path,
                    "is not what the stage wrote (its SHA-256 is another than its record's)"
                )
            }
        }
    }

    /// The files that a stage's record names; nil for one of before.
    private func files(_ id: String, _ folder: URL) throws -> [String: String]? {
        let record = folder.appendingPathComponent("record.json")
        guard let data = try? Data(contentsOf: record),
            let files = try? JSONDecoder().decode(StageFiles.self, from: data)
        else { throw damage(id, record.path, "cannot be read") }
        return files.files
    }

    /// Puts aside the finished stages among some whose descriptions or records cannot be read, or whose files are not
    /// there. Bytes are compared when they are read (`reading`).
    package func mend(_ stages: [Stage]) throws {
        for stage in stages where isDone(stage) {
            do { try look(stage.id) } catch let damage as DamagedStage {
                try setAside(damage)
            }
        }
    }

    private func look(_ id: String) throws {
        let folder = folder(id)
        let description = folder.appendingPathComponent("stage.json")
        guard (try? Self.read(Stage.self, from: description))?.id == id else {
            throw damage(id, description.path, "cannot be read")
        }
        for name in try files(id, folder)?.keys.sorted() ?? [] {
            let file = folder.appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: file.path) else {
                throw damage(id, file.path, "is not there")
            }
        }
    }

    /// Renames a damaged stage to `<identity>.damaged`, so that it is done again, and says so.
    ///
    /// - Returns: false where another process is at it, or did it already.
    @discardableResult
    func setAside(_ damage: DamagedStage) throws -> Bool {
        guard let aside = try results.setAside(damage.id, if: damage.folder) else { return false }
        checked.remove(damage.id)
        note("  damaged  \(damage)")
        note("  damaged  kept as \(aside.path); the stage is done again")
        return true
    }
}

/// Stages whose bytes this process has compared.
final class CheckedStages: @unchecked Sendable {
    private let lock = NSLock()
    private var ids: Set<String> = []

    func contains(_ id: String) -> Bool { lock.withLock { ids.contains(id) } }
    func insert(_ id: String) { lock.withLock { _ = ids.insert(id) } }
    func remove(_ id: String) { lock.withLock { _ = ids.remove(id) } }
}
