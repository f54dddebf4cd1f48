import Foundation
import Testing

@testable import Datasets

/// Runs `body` on seven pictures of two classes and an empty cache folder.
func withBench(_ body: (PictureFileBench) throws -> Void) throws {
    try withScratch { scratch in
        for index in 0..<7 {
            let name = "data/\(index % 2 == 0 ? "cat" : "dog")/p\(index).png"
            try scratch.scene(name, seed: index, width: 20 + 3 * index, height: 40 - index)
        }
        try body(PictureFileBench(scratch: scratch))
    }
}

/// Pictures, a cache folder, and what was said about them.
struct PictureFileBench {
    let scratch: Scratch
    let log = Log()

    var root: String { scratch.path + "/data" }
    var cache: String { scratch.path + "/cache" }

    /// What is in the cache folder.
    func files() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []).sorted()
    }

    func loader(memory: UInt64) -> PictureLoader {
        var place = PicturePlace(
            memory: memory, memoryWords: "the test's", folder: URL(fileURLWithPath: cache))
        place.blockBytes = 1 << 20
        return PictureLoader(
            threads: 3, progress: { done, _ in log.add(done) }, note: { log.add($0) }, place: place)
    }

    /// The pictures, by default mapped.
    ///
    /// - Parameter stopAfter: pictures after which the run is asked to stop.
    func store(
        _ preprocessing: Preprocessing? = nil, inMemory: Bool = false, prints: Bool = true,
        blockBytes: Int = 1 << 20, stopAfter: Int = .max
    ) throws -> PictureStore {
        var loader = loader(memory: inMemory ? .max : 0)
        loader.place?.blockBytes = blockBytes
        loader.isCancelled = { log.progress.count >= stopAfter }
        if inMemory { (loader.progress, loader.note) = (nil, nil) }
        return try PictureStore(
            ImageFolder(root: root), preprocessing: preprocessing ?? .imageNet(size: 7),
            skipUnreadable: true, prints: prints, loader: loader)
    }

    /// What loaders told, kept under a lock.
    final class Log: @unchecked Sendable {
        private let lock = NSLock()
        private var counts: [Int] = []
        private var lines: [String] = []

        var progress: [Int] { lock.withLock { counts } }
        var notes: [String] { lock.withLock { lines } }

        func add(_ done: Int) { lock.withLock { counts.append(done) } }
        func add(_ line: String) { lock.withLock { lines.append(line) } }
    }
}
