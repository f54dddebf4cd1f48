import Formats
import Foundation
import Testing

@testable import Datasets

/// A folder in the temporary directory, removed at the end of `body`.
func withScratch<T>(_ body: (Scratch) throws -> T) throws -> T {
    let scratch = try Scratch()
    defer { try? FileManager.default.removeItem(at: scratch.url) }
    return try body(scratch)
}

/// A scratch folder and small synthetic pictures to fill it with.
struct Scratch {
    let url: URL
    var path: String { url.path }

    fileprivate init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Writes `data` under the folder, making folders on the way.
    func write(_ data: Data, _ file: String) throws {
        let target = url.appending(path: file)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: target)
    }

    /// Writes a synthetic scene as PNG.
    func scene(_ file: String, seed: Int, width: Int = 40, height: Int = 32) throws {
        try write(Picture.scene(seed: seed, width: width, height: height).encodedPNG(), file)
    }
}

extension Picture {
    /// A smooth scene of its own for every seed: a few random waves and blobs.
    static func scene(seed: Int, width: Int = 40, height: Int = 32) -> Picture {
        var state = UInt64(seed + 1) &* 0x9E37_79B9_7F4A_7C15
        func next() -> Double {
            state = (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
            state ^= state >> 32
            return Double(state >> 11) / Double(1 << 53)
        }
        let waves = (0..<9).map { _ in
            (next() * 8 - 4, next() * 8 - 4, next() * 6.28, 20 + next() * 30)
        }
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let (u, v) = (Double(x) / Double(width), Double(y) / Double(height))
                for c in 0..<3 {
                    var value = 127.0
                    for wave in waves[3 * c..<3 * c + 3] {
                        value += wave.3 * sin(6.28 * (wave.0 * u + wave.1 * v) / 2 + wave.2)
                    }
                    pixels.append(UInt8(max(0, min(255, value))))
                }
            }
        }
        return Picture(width: width, height: height, channels: 3, pixels: pixels)
    }
}

/// The photographs lent to the project, beside the checkout; nil where they are not.
let expressionsWild: String? = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/data/expressions-wild").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
}()
