import Formats
import Foundation
import Testing

@testable import Results

@Suite struct ResultStoreTests {
    private struct Trouble: Error {}

    /// A store of files, with its locks beside them, or of folders, with locks apart.
    private static func with(
        files: Bool, busy: ResultStore.Busy = .wait, _ body: (ResultStore) throws -> Void
    ) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "results-\(UUID())")
        defer { try? FileManager.default.removeItem(at: root) }
        try body(
            ResultStore(
                root.appending(path: "results"), ending: files ? ".number" : "",
                locks: files ? nil : root.appending(path: "locks"), busy: busy))
    }

    /// Writes a text as a file, or into a folder.
    private static func make(_ text: String, _ place: URL, _ files: Bool) throws {
        if files { return try AtomicFile.write(Data(text.utf8), to: place) }
        try ResultStore.create(place)
        try AtomicFile.write(Data(text.utf8), to: place.appending(path: "text"))
    }

    /// nil for what is damaged.
    private static func read(_ place: URL, _ files: Bool) throws -> String? {
        let text = try String(
            contentsOf: files ? place : place.appending(path: "text"), encoding: .utf8)
        return text == "damaged" ? nil : text
    }

    @Test(arguments: [true, false]) func aResultIsMadeOnceAndListed(files: Bool) throws {
        try Self.with(files: files) { store in
            for text in ["first", "second"] {
                let found = try store.result("a", read: { try Self.read($0, files) }) {
                    #expect($0 == store.partial("a"))
                    try Self.make(text, $0, files)
                }
                #expect(found == "first")
            }
            #expect(store.isDone("a") && !store.isDone("b"))
            #expect(throws: Trouble.self) {
                try store.result("b", read: { try Self.read($0, files) }) {
                    try Self.make("half", $0, files)
                    throw Trouble()
                }
            }
            #expect(!store.isDone("b"))
            let entries = try #require(
                ResultStore.entries(store.folder, ending: files ? ".number" : ""))
            let a = ResultStore.Entry(name: "a", isPartial: false)
            let b = ResultStore.Entry(name: "b", isPartial: true)
            #expect(Set(entries) == [a, b])
            #expect(ResultStore.entries(store.folder.appending(path: "none")) == nil)
            #expect(try !store.remove(a, if: { false }) && store.isDone("a"))
            #expect(try store.remove(a) && store.remove(b))
            #expect(try !store.remove(a))
            let left = try FileManager.default.contentsOfDirectory(atPath: store.folder.path)
            // The lock of what failed means nothing and may stay.
            #expect(left.filter { !$0.hasSuffix(".lock") } == [])
        }
    }

    @Test func aDamagedFileIsMadeAgainWhereItsReaderSaysSo() throws {
        try Self.with(files: true) { store in
            try Self.make("damaged", store.place("a"), true)
            let found = try store.result("a", read: { try Self.read($0, true) }) {
                try Self.make("whole", $0, true)
            }
            #expect(found == "whole")
            #expect(throws: Trouble.self) {
                try store.result("a", read: { _ -> String? in throw Trouble() }) { _ in
                    Issue.record("made again")
                }
            }
            let error = #expect(throws: FormatError.self) {
                try store.result("b", read: { try Self.read($0, true) }) {
                    try Self.make("damaged", $0, true)
                }
            }
            #expect(error?.file == store.place("b").path)
        }
    }

    /// What another is at is left to it; its lock is free when it has ended.
    @Test(arguments: [true, false]) func aResultIsMadeByOneAtATime(files: Bool) throws {
        try Self.with(files: files, busy: .leave) { store in
            func perform() throws -> String {
                try store.result("a", read: { try Self.read($0, files) }) {
                    try Self.make("x", $0, files)
                }
            }
            var lock = try ResultLock.take(store.lockFile("a"))
            #expect(lock != nil && store.isBusy("a") && !store.isBusy("b"))
            #expect(throws: ResultBusy.self) { try perform() }
            #expect(throws: ResultBusy.self) {
                try store.remove(ResultStore.Entry(name: "a", isPartial: false))
            }
            lock = nil
            #expect(try !store.isBusy("a") && perform() == "x")
            #expect(!FileManager.default.fileExists(atPath: store.lockFile("a").path))
        }
    }

    /// What a killed writer of this result left aside goes; another's stays.
    @Test(arguments: [true, false]) func leftoversAreSweptUp(files: Bool) throws {
        try Self.with(files: files) { store in
            let partial = store.partial("a")
            if !files { try ResultStore.create(partial) }
            let beside = files ? store.folder : partial
            let mine = files ? ".\(partial.lastPathComponent).1-2.partial" : ".text.1-2.partial"
            let other = store.folder.appending(path: ".ab.number.partial.1-2.partial")
            for file in [beside.appending(path: mine), other] { try Data("x".utf8).write(to: file) }
            _ = try store.result("a", read: { try Self.read($0, files) }) {
                try Self.make("x", $0, files)
            }
            let names = try FileManager.default.contentsOfDirectory(
                atPath: files ? store.folder.path : store.place("a").path)
            #expect(!names.contains(mine))
            #expect(FileManager.default.fileExists(atPath: other.path))
        }
    }
}
