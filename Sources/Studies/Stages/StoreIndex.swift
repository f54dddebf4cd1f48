import Core
import Formats
import Foundation

/// What lies in a store, without running anything.
package struct StoreIndex {
    package enum State: String, Codable, Sendable {
        case done
        /// Interrupted, or being worked on now.
        case partial
        case working
        /// Its description cannot be read.
        case damaged
    }

    /// A stage's folder.
    package struct Entry: Sendable {
        package let id: String
        package let state: State
        /// nil when damaged.
        package let stage: Stage?
        package let folder: URL
        package let modified: Date
    }

    package let store: StageStore
    /// In the order in which they were last written.
    package let entries: [Entry]

    /// Reads the folders of a store.
    ///
    /// - Throws: `FormatError` when there is no store at `root`.
    package init(_ root: URL) throws {
        let stages = root.appendingPathComponent("stages")
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: stages.path) else {
            throw FormatError(
                file: root.path, found: "holds no stages",
                expected: "the folder of a study (`out` of winnow study or winnow reproduce)",
                advice: "Name it: winnow runs list studies/quick")
        }
        let store = try StageStore(root, busy: .leave)
        self.store = store
        entries = names.compactMap { Self.entry($0, stages, store) }
            .sorted { ($0.modified, $0.id) < ($1.modified, $1.id) }
    }

    private static func entry(_ name: String, _ stages: URL, _ store: StageStore) -> Entry? {
        let isPartial = name.hasSuffix(".partial")
        let id = isPartial ? String(name.dropLast(".partial".count)) : name
        guard id.count == 64, id.allSatisfy(\.isHexDigit) else { return nil }
        let folder = stages.appendingPathComponent(name)
        let file = folder.appendingPathComponent("stage.json")
        let stage = try? StageStore.read(Stage.self, from: file)
        // A description under another's name is none.
        let isOwn = stage?.id == id
        let isBusy = isPartial && store.isBusy(id)
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path)
        return Entry(
            id: id, state: isBusy ? .working : isPartial ? .partial : isOwn ? .done : .damaged,
            stage: isOwn ? stage : nil, folder: folder,
            modified: attributes?[.modificationDate] as? Date ?? .distantPast)
    }

    /// The stage whose identity begins with `prefix`.
    ///
    /// - Throws: `StudyError` when there is none, or more than one.
    package func find(_ prefix: String) throws -> Entry {
        let found = entries.filter { $0.id.hasPrefix(prefix.lowercased()) }
        guard let first = found.first else {
            throw StudyError(
                "no stage begins with '\(prefix)'. winnow runs list \(store.root.path) names them")
        }
        guard found.count == 1, !prefix.isEmpty else {
            throw StudyError(
                "\(found.count) stages begin with '\(prefix)': "
                    + found.prefix(4).map { String($0.id.prefix(12)) }.joined(separator: ", ")
                    + ". Give more digits")
        }
        return first
    }
}

extension StageStore {
    /// Whether somebody is at a stage now.
    func isBusy(_ id: String) -> Bool {
        let file = lockFile(id)
        guard FileManager.default.fileExists(atPath: file.path) else { return false }
        return (try? StageLock.take(file)) == nil
    }
}
