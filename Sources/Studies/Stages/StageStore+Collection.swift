import Core
import Datasets
import Formats
import Foundation
import Results

/// The stages of a study, written when it is planned: what `gc` keeps.
package struct PlanRecord: Codable, Sendable {
    package let study: String
    /// Identities, parents before children.
    package let stages: [String]
    /// As the plan calls each.
    package let labels: [String]

    package init(_ plan: StudyPlan) {
        study = plan.study.name
        stages = plan.items.map(\.stage.id)
        labels = plan.items.map(\.label)
    }
}

extension StageStore {
    /// Writes `plans/<hash of the stages>.json` for a study.
    package func keep(_ plan: StudyPlan) throws { try keep(PlanRecord(plan)) }

    func keep(_ record: PlanRecord) throws {
        try Self.write(record, to: try place(record, "json"))
    }

    /// Writes `plans/<hash of the stages>.stages`: what each stage is, for workers that do one (`StageBook`).
    func keepBook(_ plan: StudyPlan) throws {
        try StageBook.write(plan, to: try place(PlanRecord(plan), "stages"))
    }

    private func place(_ record: PlanRecord, _ ending: String) throws -> URL {
        let folder = root.appendingPathComponent("plans")
        try ResultStore.create(folder)
        // Of all stages: named by their number and the last, one plan would take another's place, and `gc`
        // would remove what only the other needs.
        let hash = ContentHash.sha256(Data(record.stages.joined(separator: "\n").utf8))
        return folder.appendingPathComponent("\(hash.prefix(16)).\(ending)")
    }

    /// The plans that were made for this store.
    package func plans() throws -> [PlanRecord] {
        let folder = root.appendingPathComponent("plans")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return try names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().map {
            try Self.read(PlanRecord.self, from: folder.appendingPathComponent($0))
        }
    }

    /// Stages that no plan of the store names.
    ///
    /// - Throws: `StudyError` when no plan is there: nothing says what is needed.
    package func collectable(_ index: StoreIndex) throws -> [StoreIndex.Entry] {
        let plans = try plans()
        guard !plans.isEmpty else {
            throw StudyError(
                "\(root.path): no study was planned here, so nothing says which stages are needed. "
                    + "Run it again first (winnow study, `out`)")
        }
        let needed = Set(plans.flatMap(\.stages))
        return index.entries.filter { !needed.contains($0.id) && $0.state != .working }
    }

    /// Removes a stage, unless somebody is at it.
    ///
    /// - Returns: whether it was removed.
    package func remove(_ entry: StoreIndex.Entry) throws -> Bool {
        do { return try results.remove(entry.result) } catch is ResultBusy { return false }
    }

    /// Removes the results of a finished stage, if they still are what `isUnwanted` says.
    ///
    /// - Throws: `ResultBusy` while somebody is at it.
    func discard(_ stage: Stage, if isUnwanted: () -> Bool) throws {
        try results.remove(
            ResultStore.Entry(name: stage.id, isPartial: false), if: isUnwanted)
    }
}

extension StageStore {
    /// Stages done, of those that the store's plans name.
    package func standing() throws -> (done: Int, all: Int) {
        let ids = Set(try plans().flatMap(\.stages))
        return (ids.intersection(results.finished()).count, ids.count)
    }
}
