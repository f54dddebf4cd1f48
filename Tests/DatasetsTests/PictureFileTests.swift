import Formats
import Foundation
import Testing

@testable import Datasets

/// Pictures in a mapped file: the same bytes as in memory, filled once, refused where damaged.
struct PictureFileTests {
    @Test(arguments: [1, 500, 1 << 20])
    func theFileHoldsWhatMemoryWould(_ blockBytes: Int) throws {
        try withBench { bench in
            try bench.scratch.write(Data(), "data/cat/bad.png")
            try bench.scratch.write(Data("GIF89a".utf8), "data/dog/aaa.jpg")
            let wanted = try bench.store(inMemory: true)
            let found = try bench.store(blockBytes: blockBytes)
            #expect(!wanted.pixels.isMapped && found.pixels.isMapped)
            #expect(wanted.count == 7 && wanted.pixels.count == 7 * 7 * 7 * 3)
            #expect(found.pixels == wanted.pixels)
            for index in 0..<7 { #expect(found.picture(at: index) == wanted.picture(at: index)) }
            #expect(found.files == wanted.files && found.facts == wanted.facts)
            #expect(found.prints == wanted.prints && found.prints.count == 7)
            #expect(found.unreadable == wanted.unreadable && found.unreadable.count == 2)
            #expect(found.fingerprint == wanted.fingerprint)
            let again = try bench.store(prints: false)
            #expect(again.prints.isEmpty && again.pixels == wanted.pixels)
            #expect(bench.files().count == 1)
        }
    }

    @Test func aSecondRunReadsNoPicture() throws {
        try withBench { bench in
            let first = try bench.store()
            #expect(bench.log.progress == Array(1...7))
            let second = try bench.store()
            // Whatever is read, to prepare or to compare, is told.
            #expect(bench.log.progress == Array(1...7))
            #expect(second.pixels == first.pixels && second.fingerprint == first.fingerprint)
            #expect(bench.log.notes.count == 2)
            #expect(bench.log.notes.allSatisfy { $0.contains("mapped from \(bench.cache)/") })
        }
    }

    @Test func touchedFilesAreComparedNotPrepared() throws {
        try withBench { bench in
            let first = try bench.store()
            let file = bench.files()
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1e9)],
                ofItemAtPath: bench.root + "/cat/p0.png")
            let second = try bench.store()
            #expect(bench.log.notes.contains { $0.contains("comparing contents") })
            #expect(bench.files().count == 1 && bench.files() != file)
            #expect(second.pixels == first.pixels)
        }
    }

    @Test func changedPicturesMakeANewFile() throws {
        try withBench { bench in
            let first = try bench.store()
            try bench.scratch.scene("data/cat/p0.png", seed: 77)
            let second = try bench.store()
            #expect(second.fingerprint != first.fingerprint && second.pixels != first.pixels)
            #expect(bench.log.notes.contains { $0.contains("out of date: removed") })
            #expect(bench.files().count == 1)
            #expect(try second.pixels == bench.store(inMemory: true).pixels)
        }
    }

    @Test func otherSizesHaveFilesOfTheirOwn() throws {
        try withBench { bench in
            _ = try bench.store()
            _ = try bench.store(.init(height: 7, width: 8))
            _ = try bench.store(.init(height: 7, width: 7, resize: .shorterSideThenCentreCrop))
            #expect(bench.files().count == 3)
            // The mean is no part of the bytes.
            _ = try bench.store(.init(height: 7, width: 7, mean: [0, 0, 0]))
            #expect(bench.files().count == 3)
        }
    }

    @Test(arguments: Damage.allCases)
    func whatIsDamagedIsMadeAgain(_ damage: Damage) throws {
        try withBench { bench in
            let first = try bench.store()
            let path = bench.cache + "/" + bench.files()[0]
            try damage.apply(path)
            let second = try bench.store()
            #expect(bench.log.notes.filter { $0.contains("it is made again") }.count == 1)
            #expect(bench.log.notes.contains { $0.contains(damage.words) }, "\(bench.log.notes)")
            #expect(second.pixels == first.pixels && second.prints == first.prints)
            #expect(bench.log.progress.count == 14)
        }
    }

    @Test func aStoppedRunLeavesNothingFinishedAndIsGoneOnWith() throws {
        try withBench { bench in
            let error = #expect(throws: DatasetError.self) {
                _ = try bench.store(blockBytes: 3 * 7 * 7 * 3, stopAfter: 4)
            }
            #expect(error?.description.contains("stopped with 6 of 7 pictures") == true)
            #expect(bench.files().map { $0.hasSuffix(".pictures.partial") } == [true])
            let store = try bench.store()
            #expect(bench.log.progress == Array(1...7))
            #expect(bench.log.notes.contains { $0.contains("has 6 of 7 pictures: going on") })
            #expect(try store.pixels == bench.store(inMemory: true).pixels)
            #expect(bench.files().map { $0.hasSuffix(".pictures") } == [true])
        }
    }

    @Test func whatIsLeftOfChangedPicturesGoes() throws {
        try withBench { bench in
            #expect(throws: DatasetError.self) { try bench.store(blockBytes: 1, stopAfter: 2) }
            let stopped = bench.files()
            try bench.scratch.scene("data/cat/p0.png", seed: 77)
            _ = try bench.store()
            #expect(stopped.count == 1 && bench.files().count == 1)
            #expect(bench.log.notes.contains { $0.contains("\(stopped[0]) is out of date") })
        }
    }

    @Test func copiesAreLookedForOnce() throws {
        try withBench { bench in
            let small = Picture.scene(seed: 0, width: 20, height: 40).upright(2)
            try bench.scratch.write(small.encodedPNG(), "data/dog/mirror.png")
            let wanted = try bench.store(inMemory: true).copies(threads: 1)
            #expect(wanted.near.count == 1)
            let found = try bench.store().copies(threads: 1)
            // Without prints there is nothing to find them from but the file.
            let again = try bench.store(prints: false)
            let kept = try again.copies(threads: 1)
            #expect(found.near == wanted.near && kept.near == wanted.near)
            #expect(kept.content == wanted.content)
            let file = try #require(again.copiesFile)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: URL(fileURLWithPath: file.path))
            #expect(file.read() == nil)
            #expect(CopiesFile(path: file.path, table: "other").read() == nil)
            #expect(throws: DatasetError.self) { try again.copies(threads: 1) }
            #expect(try bench.store().copies(threads: 1).near == wanted.near)
        }
    }

    @Test func whatNoDiskHoldsIsRefusedWithTheBytesNeeded() throws {
        try withBench { bench in
            let error = #expect(throws: DatasetError.self) {
                _ = try PictureStore(
                    root: bench.root, classes: ["a"],
                    files: .init(repeating: .init(file: "none.jpg", label: 0), count: 200_000),
                    preprocessing: .imageNet(size: 4096), loader: bench.loader(memory: 1 << 30))
            }
            let text = error?.description ?? ""
            // 200,000 times 4096 * 4096 * 3 bytes of pixels and 1088 of a record, and the head.
            #expect(text.contains("a file of 10066547208192 more bytes in \(bench.cache)"))
            #expect(bench.files().isEmpty)
        }
    }
}

/// A way for a picture file to be broken.
enum Damage: String, CaseIterable {
    case cut, longer, empty, magic, version, head, table, unfinished

    /// What the person is told.
    var words: String {
        switch self {
        case .cut, .longer: " bytes, not "
        case .empty, .magic: "is no picture file"
        case .version: "of another version"
        case .head: "damaged head"
        case .table: "damaged table"
        case .unfinished: "is not finished"
        }
    }

    func apply(_ path: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        switch self {
        case .cut: bytes.removeLast()
        case .longer: bytes.append(0)
        case .empty: bytes = Data()
        case .magic: bytes[0] ^= 1
        case .version: bytes[16] ^= 4
        case .head: bytes[18] ^= 4
        case .table: bytes[bytes.count - 5] ^= 1
        case .unfinished:
            for key in ["done", "kept"] {
                let count = try #require(bytes.range(of: Data("\"\(key)\":7".utf8)))
                bytes[count.upperBound - 1] = UInt8(ascii: "6")
            }
        }
        // A file of its own: cut in place, it would take the mapped pages away from their user.
        try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
