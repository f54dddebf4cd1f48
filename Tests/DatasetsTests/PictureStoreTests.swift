import Core
import Formats
import Foundation
import Testing

@testable import Datasets

struct PictureStoreTests {
    private func fill(_ scratch: Scratch) throws {
        for index in 0..<7 {
            let name = "\(index % 2 == 0 ? "cat" : "dog")/p\(index).png"
            try scratch.scene(name, seed: index, width: 20 + 3 * index, height: 40 - index)
        }
    }

    @Test func holdsEveryPictureInOrder() throws {
        try withScratch { scratch in
            try fill(scratch)
            let folder = try ImageFolder(root: scratch.path)
            let preprocessing = try Preprocessing(height: 9, width: 11)
            for threads in [1, 2, 5, 50] {
                let store = try PictureStore(
                    folder, preprocessing: preprocessing, loader: PictureLoader(threads: threads))
                #expect(store.count == 7 && store.files == folder.files)
                #expect(store.pixels.count == 7 * 9 * 11 * 3)
                for (index, file) in store.files.enumerated() {
                    let original = try Picture(contentsOf: scratch.path + "/" + file.file)
                    #expect(store.picture(at: index) == preprocessing.prepared(original))
                    #expect(store.facts[index].width == original.width)
                    #expect(store.facts[index].height == original.height)
                    let data = try Data(contentsOf: scratch.url.appending(path: file.file))
                    #expect(store.facts[index].sha256 == ContentHash.sha256(data))
                }
            }
        }
    }

    @Test func progressCountsEveryPictureOnce() throws {
        try withScratch { scratch in
            try fill(scratch)
            let steps = Steps()
            _ = try PictureStore(
                ImageFolder(root: scratch.path), preprocessing: .imageNet(size: 4),
                loader: PictureLoader(threads: 3) { done, total in steps.add(done, total) })
            #expect(steps.done == Array(1...7))
            #expect(steps.totals == [7])
        }
    }

    @Test func unreadablePicturesAreListedTogether() throws {
        try withScratch { scratch in
            try fill(scratch)
            try scratch.write(Data(), "cat/empty.jpg")
            try scratch.write(Data("GIF89a".utf8), "dog/p0.jpg")
            let cut = try Picture.scene(seed: 3).encodedJPEG().prefix(500)
            try scratch.write(cut, "dog/zcut.jpg")
            let folder = try ImageFolder(root: scratch.path)
            let small = try Preprocessing.imageNet(size: 4)
            let error = #expect(throws: DatasetError.self) {
                _ = try PictureStore(folder, preprocessing: small)
            }
            let text = error?.description ?? ""
            #expect(text.contains("3 of 10 pictures cannot be read"))
            for reason in [
                "cat/empty.jpg: neither JPEG, PNG nor WebP: the file is empty",
                "dog/p0.jpg: is GIF, whatever its name: Winnow reads JPEG, PNG and WebP. Convert it:  convert ",
                "dog/zcut.jpg: unreadable JPEG",
            ] {
                #expect(text.contains(reason), "\(text)")
            }
            let store = try PictureStore(folder, preprocessing: small, skipUnreadable: true)
            let skipped = ["cat/empty.jpg", "dog/p0.jpg", "dog/zcut.jpg"]
            #expect(store.unreadable.map(\.file) == skipped)
            #expect(store.count == 7 && store.pixels.count == 7 * small.byteCount)
            for (index, file) in store.files.enumerated() {
                let original = try Picture(contentsOf: scratch.path + "/" + file.file)
                #expect(store.picture(at: index) == small.prepared(original))
            }
        }
    }

    @Test func nothingReadableIsRefusedEvenWhenSkipping() throws {
        try withScratch { scratch in
            try scratch.write(Data(), "cat/empty.jpg")
            #expect(throws: DatasetError.self) {
                _ = try PictureStore(
                    ImageFolder(root: scratch.path), preprocessing: .imageNet(size: 4),
                    skipUnreadable: true)
            }
        }
    }

    @Test func theFingerprintChangesWithContentNameAndClassOnly() throws {
        try withScratch { scratch in
            try fill(scratch)
            func fingerprint() throws -> String {
                try PictureStore(
                    ImageFolder(root: scratch.path), preprocessing: .imageNet(size: 4)
                ).fingerprint
            }
            let first = try fingerprint()
            #expect(try fingerprint() == first && first.count == 64)
            try scratch.write(Data("x".utf8), "cat/notes.txt")
            #expect(try fingerprint() == first)
            let files = FileManager.default
            let (from, to) = (scratch.path + "/cat/p0.png", scratch.path + "/dog/p0.png")
            try files.moveItem(atPath: from, toPath: to)
            #expect(try fingerprint() != first)
            try files.moveItem(atPath: to, toPath: from)
            #expect(try fingerprint() == first)
            try scratch.scene("cat/p0.png", seed: 99)
            #expect(try fingerprint() != first)
        }
    }

    @Test func hashesAreSHA256() {
        // FIPS 180-2, appendix B.1.
        #expect(
            ContentHash.sha256(Data("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let entries = [(file: "b", className: "c", sha256: "1"), ("a", "d", "2")]
        #expect(ContentHash.fingerprint(entries) == ContentHash.fingerprint(entries.reversed()))
        let listing = Data("a\0d\u{0}2\nb\0c\u{0}1\n".utf8)
        #expect(ContentHash.fingerprint(entries) == ContentHash.sha256(listing))
    }

    @Test(.enabled(if: expressionsWild != nil))
    func readsTheExpressionsInTheWild() throws {
        let folder = try ImageFolder(root: #require(expressionsWild))
        #expect(folder.classes.count == 7 && folder.files.count == 621)
        let store = try PictureStore(folder, preprocessing: .imageNet(size: 16))
        #expect(store.count == 621 && store.unreadable.isEmpty)
    }
}

/// Progress reports, kept under a lock.
private final class Steps: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var done: [Int] = []
    private(set) var totals: Set<Int> = []

    func add(_ step: Int, _ total: Int) {
        lock.withLock {
            done.append(step)
            totals.insert(total)
        }
    }
}
