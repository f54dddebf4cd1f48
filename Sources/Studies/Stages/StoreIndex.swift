import Core
import Formats
import Foundation
import Results

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

        var result: ResultStore.Entry {
            ResultStore.Entry(name: id, isPartial: folder.lastPathComponent != id)
        }
    }

    package let store: StageStore
    /// In the order in which they were last written.
    package let entries: [Entry]

    /// Reads the folders of a store.
    ///
    /// - Throws: `FormatError` when there is no store at `root`.
    package init(_ root: URL) throws {
        let store = try Self.store(root, isMade: true)
        let found = ResultStore.entries(StageStore.stages(root)) ?? []
        self.store = store
        entries = found.compactMap { Self.entry($0, store) }
            .sorted { ($0.modified, $0.id) < ($1.modified, $1.id) }
    }

    /// The store at `root`, none of whose stages is looked at.
    ///
    /// - Parameter isMade: whether what lacks of its folders is made.
    /// - Throws: `FormatError` when there is none.
    package static func store(_ root: URL, isMade: Bool = false) throws -> StageStore {
        let stages = StageStore.stages(root).path
        guard FileManager.default.fileExists(atPath: stages) else {
            throw FormatError(
                file: root.path, found: "holds no stages",
                expected: "the folder of a study (`out` of winnow study or winnow reproduce)",
                advice: "Name it: winnow runs list studies/quick")
        }
        return try StageStore(root, busy: .leave, isMade: isMade)
    }

    private static func entry(_ found: ResultStore.Entry, _ store: StageStore) -> Entry? {
        let (id, isPartial) = (found.name, found.isPartial)
        guard id.count == 64, id.allSatisfy(\.isHexDigit) else { return nil }
        let folder = isPartial ? store.results.partial(id) : store.results.place(id)
        let file = folder.appendingPathComponent("stage.json")
        let stage = try? StageStore.read(Stage.self, from: file)
        // A description under another's name is none.
        let isOwn = stage?.id == id
        let isBusy = isPartial && store.results.isBusy(id)
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
