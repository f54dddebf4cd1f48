import CFaces
import Formats
import Foundation
import Testing

@testable import Faces

/// Where tests find what they need.
enum Fixtures {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let wild = root.deletingLastPathComponent()
        .appending(path: "shared/data/expressions-wild")

    /// Decodes Tests/Fixtures/`path`, written by Tests/Fixtures/make/faces_*.py.
    static func read<Value: Decodable>(_ path: String) throws -> Value {
        let url = root.appending(path: "Tests/Fixtures/\(path)")
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    }

    /// The published weights; set-up unpacks them, so only a bare checkout lacks them.
    static let weights: MTCNNWeights? = {
        let installed = root.appending(path: ".dependencies/python/facenet_pytorch/data")
        let given = ProcessInfo.processInfo.environment[MTCNNWeights.variable]
        return try? MTCNNWeights(folder: given.map { URL(fileURLWithPath: $0) } ?? installed)
    }()

    static let hasWeights = weights != nil
    static let hasWild = hasWeights && FileManager.default.fileExists(atPath: wild.path)

    /// The loops of each kind that this processor runs.
    static let kernels: [wf_kernels] = (0...2).compactMap { wf_kernels_at($0)?.pointee }

    static func detector(_ settings: DetectionSettings = DetectionSettings()) throws -> FaceDetector
    {
        try FaceDetector(#require(weights), settings: settings)
    }
}

/// Bytes by a hash of their index: `faces_oracle.noise`.
func noise(width: Int, height: Int, seed: UInt32) -> [UInt8] {
    (0..<UInt32(width * height * 3)).map { index in
        var h = index &* 2_654_435_761 &+ seed &* 40503
        h ^= h >> 15
        h = h &* 2_246_822_519
        h ^= h >> 13
        return UInt8(truncatingIfNeeded: h)
    }
}

func noisePicture(width: Int, height: Int, seed: UInt32 = 0) -> Picture {
    Picture(
        width: width, height: height, channels: 3,
        pixels: noise(width: width, height: height, seed: seed))
}

func plainPicture(width: Int, height: Int, value: UInt8 = 0, channels: Int = 3) -> Picture {
    Picture(
        width: width, height: height, channels: channels,
        pixels: [UInt8](repeating: value, count: width * height * channels))
}

/// Pictures pasted on noise: `faces_oracle.composed`.
struct Scene: Decodable {
    struct Part: Decodable {
        let file: String
        let width: Int
        let height: Int
        let x: Int
        let y: Int
    }

    let width: Int
    let height: Int
    let base: [Int]
    let amplitude: Int
    let seed: UInt32
    let faces: [Part]

    func composed(root: URL) throws -> Picture {
        var scene = noisePicture(width: width, height: height, seed: seed)
        for (i, value) in scene.pixels.enumerated() {
            let grain = ((Int(value) - 128) * amplitude) >> 7
            scene.pixels[i] = UInt8(min(max(base[i % 3] + grain, 0), 255))
        }
        for part in faces {
            let picture = try Picture(contentsOf: root.appending(path: part.file).path)
                .resized(width: part.width, height: part.height)
            for y in 0..<part.height {
                let to = ((part.y + y) * width + part.x) * 3
                let from = y * part.width * 3
                scene.pixels.replaceSubrange(
                    to..<to + part.width * 3, with: picture.pixels[from..<from + part.width * 3])
            }
        }
        return scene
    }
}

/// A folder that is removed at the end of `body`.
func withTemporaryFolder<T>(_ body: (URL) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
