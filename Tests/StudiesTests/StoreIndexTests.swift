import Core
import Formats
import Foundation
import Pruning
import Results
import Testing

@testable import Studies

@Suite struct StoreIndexTests {
    private struct Found: Codable {}

    private static func stage(_ seed: UInt64) -> Stage {
        Stage(.start(architecture: .resnet18, weights: "w", classes: ["a"], seed: seed))
    }

    private func store(_ root: URL) throws -> StageStore {
        let store = try StageStore(root, busy: .leave)
        for seed in 0..<3 as Range<UInt64> {
            _ = try store.perform(Self.stage(seed)) { _ in Found() }
        }
        return store
    }

    @Test func statesAreTold() throws {
        try withStageFolder { root in
            let store = try store(root)
            let half = Self.stage(9)
            #expect(throws: StudyError.self) {
                _ = try store.perform(half) { _ -> Found in throw StudyError("cut off") }
            }
            let damaged = store.folder(Self.stage(2)).appending(path: "stage.json")
            try Data("{".utf8).write(to: damaged)
            func state(_ seed: UInt64) throws -> StoreIndex.State? {
                try StoreIndex(root).entries.first { $0.id == Self.stage(seed).id }?.state
            }
            #expect(try state(0) == .done)
            #expect(try state(2) == .damaged)
            #expect(try state(9) == .partial)
            let lock = try ResultLock.take(store.results.lockFile(half.id))
            #expect(try state(9) == .working)
            withExtendedLifetime(lock) {}
        }
    }

    @Test func aPrefixFindsOneStage() throws {
        try withStageFolder { root in
            _ = try store(root)
            let index = try StoreIndex(root)
            let id = Self.stage(1).id
            #expect(try index.find(String(id.prefix(16))).id == id)
            #expect(throws: StudyError.self) { _ = try index.find("") }
            #expect(throws: StudyError.self) { _ = try index.find("zz") }
        }
        #expect(throws: FormatError.self) {
            _ = try StoreIndex(URL(fileURLWithPath: "/nowhere/at/all"))
        }
    }

    /// What a plan names stays, and so does what somebody is at; all else goes.
    @Test func whatNoPlanNeedsIsCollected() throws {
        try withStageFolder { root in
            var study = Study.quick
            study.experiments = [Experiment("one", [.unpruned])]
            study.protocols = [.leakFree(epochs: 2)]
            let plan = try StudyPlanner.plan(
                study,
                PlanFacts(
                    classes: ["a"], identity: "x", groupRule: "none",
                    weights: [.resnet18: .file(hash: "w")]))
            let store = try store(root)
            #expect(throws: StudyError.self) { _ = try store.collectable(StoreIndex(root)) }
            try store.keep(plan)
            for item in plan.items { _ = try store.perform(item.stage) { _ in Found() } }
            _ = try store.perform(Self.stage(8)) { _ in Found() }
            let found = try store.collectable(StoreIndex(root))
            // The first three starts are the study's own.
            #expect(found.map(\.id) == [Self.stage(8).id])
            let lock = try ResultLock.take(store.results.lockFile(Self.stage(8).id))
            #expect(try !store.remove(found[0]))
            withExtendedLifetime(lock) {}
        }
    }

    /// Also when they have as many stages and the same last one.
    @Test func plansStandBesideEachOther() throws {
        try withStageFolder { root in
            let store = try store(root)
            for first in ["a", "b"] {
                let text = #"{"study":"s","stages":["\#(first)","z"],"labels":["1","2"]}"#
                let record = try JSONDecoder().decode(PlanRecord.self, from: Data(text.utf8))
                try store.keep(record)
                try store.keep(record)
            }
            #expect(Set(try store.plans().map(\.stages)) == [["a", "z"], ["b", "z"]])
            #expect(try store.plans().count == 2)
        }
    }

    @Test func collectedStagesAreGone() throws {
        try withStageFolder { root in
            let store = try store(root)
            let index = try StoreIndex(root)
            #expect(try store.remove(index.find(Self.stage(1).id)))
            #expect(try StoreIndex(root).entries.count == 2)
            let left = try FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: "stages").path)
            #expect(left.count == 2)
        }
    }

    @Test func differencesAreTold() throws {
        let first = Stage(.prune(technique: Technique(.magnitude, .amount(0.5)), split: nil))
        let second = Stage(.prune(technique: Technique(.random, .amount(0.5)), split: nil))
        let lines = try StageDifference.lines(first, second)
        #expect(
            lines == [
                StageDifference.Line(
                    place: "work.prune.technique.criterion", first: "magnitude", second: "random"),
                StageDifference.Line(
                    place: "work.prune.technique.seed", first: "-", second: "0"),
            ])
        #expect(try StageDifference.lines(first, first).isEmpty)
    }

    @Test func masksComeBackFromTheirBits() throws {
        try withStageFolder { folder in
            let bytes = (0..<37).map { UInt8($0 * $0 % 3 == 1 ? 1 : 0) }
            let masks = try Masks([
                LayerMask(name: "conv1.weight", shape: [37, 1, 1, 1], bytes: bytes),
                LayerMask(name: "bn1.bias", shape: [3], bytes: [1, 0, 1]),
            ])
            try MaskFile.write(masks, to: folder)
            #expect(try MaskFile.read(folder) == masks)
            let file = folder.appending(path: "masks.safetensors")
            let whole = try Data(contentsOf: file)
            for cut in [0, 7, whole.count - 1] {
                try whole.prefix(cut).write(to: file)
                #expect(throws: (any Error).self) { _ = try MaskFile.read(folder) }
            }
        }
    }
}
