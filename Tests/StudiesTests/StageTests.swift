import Formats
import Foundation
import Pruning
import Results
import Testing
import Training

@testable import Studies

@Suite struct StageTests {
    private struct Found: Codable, Equatable { var value: Int }
    private struct Trouble: Error {}

    private static let start = Stage(
        .start(architecture: .resnet18, weights: "abc", classes: ["a", "b"], seed: 1))
    private static let prune = Stage(
        .prune(technique: Technique(.magnitude, .amount(0.5)), split: nil), parents: [start])

    /// An identity that changes makes every kept result unfindable: raise `currentVersion`.
    /// The digests are Python's `hashlib.sha256` of the texts.
    @Test func identitiesAreGolden() {
        let start =
            #"{"parents":[],"version":2,"work":{"start":{"architecture":"resnet18","#
            + #""classes":["a","b"],"seed":1,"weights":"abc"}}}"#
        let startID =
            "23a74e422001822afb28fe546840ca96e3e1839f7887bdd718831ee6003fb5db"
        #expect(String(decoding: Self.start.canonicalJSON, as: UTF8.self) == start)
        #expect(Self.start.id == startID)
        let prune =
            #"{"parents":["\#(startID)"],"version":2,"work":{"prune":{"technique":{"#
            + #""criterion":"magnitude","removal":"mask","repair":"none","scope":"layer","#
            + #""selection":{"amount":{"_0":0.5}}}}}}"#
        #expect(String(decoding: Self.prune.canonicalJSON, as: UTF8.self) == prune)
        #expect(
            Self.prune.id == "2f519f6a4ef2f2ac2e0b6c7f47beab463cde4f475a6b87a63d994ae57139b69a")
    }

    @Test func everythingThatDecidesTheResultIsInTheIdentity() {
        var options = TrainingOptions()
        let split = SplitPlan(groups: "prefix", seed: 0)
        let base = Stage(.train(options: options, split: split), parents: [Self.start], data: "d")
        options.seed = 1
        var other = split
        other.test = 0.2
        let changed = [
            Stage(.train(options: options, split: split), parents: [Self.start], data: "d"),
            Stage(.train(options: .init(), split: other), parents: [Self.start], data: "d"),
            Stage(.train(options: .init(), split: split), parents: [Self.prune], data: "d"),
            Stage(.train(options: .init(), split: split), parents: [Self.start], data: "e"),
            Stage(.rewind, parents: [Self.start, Self.prune]),
            Stage(.rewind, parents: [Self.prune, Self.start]),
        ]
        #expect(Set((changed + [base]).map(\.id)).count == 7)
    }

    @Test func aStageIsDoneOnce() throws {
        try withStageFolder { root in
            let store = try StageStore(root)
            var times = 0
            func perform(_ store: StageStore) throws -> Found {
                try store.perform(Self.start) { folder in
                    times += 1
                    try Data("x".utf8).write(to: folder.appending(path: "file"))
                    return Found(value: times)
                }
            }
            #expect(!store.isDone(Self.start))
            #expect(try perform(store) == Found(value: 1))
            #expect(store.isDone(Self.start))
            #expect(try perform(store) == Found(value: 1))
            #expect(try perform(StageStore(root)) == Found(value: 1))
            #expect(times == 1)
            let kept = try FileManager.default.contentsOfDirectory(
                atPath: store.folder(Self.start).path)
            #expect(kept.sorted() == ["file", "record.json", "stage.json"])
            let stage = try StageStore.read(
                Stage.self, from: store.folder(Self.start).appending(path: "stage.json"))
            #expect(stage == Self.start)
        }
    }

    @Test func anInterruptedStageIsDoneAgain() throws {
        try withStageFolder { root in
            let store = try StageStore(root)
            func names() throws -> [String] {
                try FileManager.default.contentsOfDirectory(
                    atPath: root.appending(path: "stages").path)
            }
            #expect(throws: Trouble.self) {
                _ = try store.perform(Self.start) { folder -> Found in
                    try Data("half".utf8).write(to: folder.appending(path: "half"))
                    throw Trouble()
                }
            }
            #expect(!store.isDone(Self.start))
            #expect(try names() == [Self.start.id + ".partial"])
            let found = try store.perform(Self.start) { folder in
                let half = try Data(contentsOf: folder.appending(path: "half"))
                return Found(value: half.count)
            }
            #expect(found == Found(value: 4))
            #expect(try names() == [Self.start.id])
        }
    }

    /// It is kept, beside those that were put aside before, and told of.
    @Test func aStageWithADamagedRecordIsDoneAgain() throws {
        try withStageFolder { root in
            var store = try StageStore(root)
            let said = Said()
            store.note = { said.lines.append($0) }
            for round in 1...3 {
                let found = try store.perform(Self.start) { _ in Found(value: round) }
                #expect(found == Found(value: round))
                let record = store.folder(Self.start).appending(path: "record.json")
                try Data("{".utf8).write(to: record)
            }
            let kept = try FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: "stages").path)
            let id = Self.start.id
            #expect(Set(kept) == [id, id + ".damaged", id + ".damaged-2"])
            #expect(said.lines.count == 4 && said.lines[0].contains("record.json: cannot be read"))
            #expect(said.lines[1].hasSuffix("\(id).damaged; the stage is done again"))
            #expect(try StoreIndex(root).entries.map(\.id) == [id])
        }
    }

    private final class Said: @unchecked Sendable { var lines: [String] = [] }

    /// Zeroed bytes leave a file's length, and here a record that can be read.
    @Test func bytesThatChangedAreNoticed() throws {
        try withStageFolder { root in
            let store = try StageStore(root)
            _ = try store.perform(Self.start) { folder in
                try Data("weights".utf8).write(to: folder.appending(path: "file"))
                return Found(value: 1)
            }
            let folder = store.folder(Self.start)
            let text = try String(
                contentsOf: folder.appending(path: "record.json"), encoding: .utf8)
            // Python's hashlib.sha256(b"weights").
            #expect(
                text.contains(
                    "\"file\" : \"9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c\""
                ))
            #expect(try store.reading(Self.start.id) { $0 } == folder)
            try Data("wei\0\0\0s".utf8).write(to: folder.appending(path: "file"))
            let fresh = try StageStore(root)
            let error = #expect(throws: DamagedStage.self) {
                try fresh.reading(Self.start.id) { _ in }
            }
            #expect(error?.description.contains("file: is not what the stage wrote") == true)
            #expect(error?.description.contains("etch") == false)
            #expect(try fresh.record(Self.start) as Found == Found(value: 1))
        }
    }

    /// Records of before name no files.
    @Test func anOldRecordIsTakenAsItIs() throws {
        try withStageFolder { root in
            let store = try StageStore(root)
            _ = try store.perform(Self.start) { folder in
                try Data("x".utf8).write(to: folder.appending(path: "file"))
                return Found(value: 3)
            }
            let folder = store.folder(Self.start)
            try Data("{\"value\": 3}".utf8).write(to: folder.appending(path: "record.json"))
            try Data("y".utf8).write(to: folder.appending(path: "file"))
            let fresh = try StageStore(root)
            try fresh.mend([Self.start])
            #expect(try fresh.reading(Self.start.id) { _ in true })
            #expect(try fresh.perform(Self.start) { _ in Found(value: 4) } == Found(value: 3))
        }
    }

    /// A plan that is only looked at makes no folder.
    @Test func aStoreThatIsNotMadeWritesNothing() throws {
        try withStageFolder { root in
            let place = root.appending(path: "none")
            let store = try StageStore(place, isMade: false)
            #expect(!store.isDone(Self.start))
            #expect(!FileManager.default.fileExists(atPath: place.path))
        }
    }

    /// A stage that another holds is left to it, or waited for; a lock whose holder is gone is free.
    @Test func aStageIsWorkedOnByOneAtATime() throws {
        try withStageFolder { root in
            let store = try StageStore(root, busy: .leave)
            var times = 0
            func perform() throws -> Found {
                try store.perform(Self.start) { _ in
                    times += 1
                    return Found(value: times)
                }
            }
            var lock = try ResultLock.take(store.results.lockFile(Self.start.id))
            #expect(lock != nil)
            #expect(try ResultLock.take(store.results.lockFile(Self.start.id)) == nil)
            #expect(throws: ResultBusy.self) { _ = try perform() }
            lock = nil
            #expect(try perform() == Found(value: 1))
            #expect(times == 1)
            let locks = root.appending(path: "locks").path
            #expect(try FileManager.default.contentsOfDirectory(atPath: locks).isEmpty)
        }
    }

    /// Eight threads, each with a store of its own, ask for the same stages.
    @Test func concurrentWorkersDoEachStageOnce() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "stages-\(UUID())")
        defer { try? FileManager.default.removeItem(at: root) }
        let stages = (0..<20).map { seed in
            Stage(.start(architecture: .resnet18, weights: "w", classes: ["a"], seed: seed))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let store = try StageStore(root)
                    for stage in stages.shuffled() {
                        let found = try store.perform(stage) { folder in
                            // Fails where another is, or was, at it.
                            let file = folder.appending(path: "mine").path
                            guard mkdir(file, 0o755) == 0 else { throw Trouble() }
                            return Found(value: 7)
                        }
                        #expect(found == Found(value: 7))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// What a killed writer left aside does not become part of the result.
    @Test func leftoversAreSweptUp() throws {
        try withStageFolder { root in
            let store = try StageStore(root)
            let partial = URL(fileURLWithPath: store.folder(Self.start).path + ".partial")
            try FileManager.default.createDirectory(at: partial, withIntermediateDirectories: true)
            try Data("half".utf8).write(to: partial.appending(path: ".model.1-2.partial"))
            _ = try store.perform(Self.start) { _ in Found(value: 1) }
            let kept = try FileManager.default.contentsOfDirectory(
                atPath: store.folder(Self.start).path)
            #expect(kept.sorted() == ["record.json", "stage.json"])
        }
    }
}
