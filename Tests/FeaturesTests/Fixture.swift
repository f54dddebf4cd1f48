import Formats
import Foundation

@testable import Features

/// Reads the files under Tests/Fixtures that the Python scripts beside them wrote.
enum Fixture {
    static func load<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures")
        return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: name)))
    }

    /// Bytes written as two hexadecimal digits each.
    static func bytes(_ text: String) -> [UInt8] {
        let digits = text.utf8.map { UInt8($0 > 57 ? $0 - 87 : $0 - 48) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// A picture of `features_descriptors.json` with what Python computed from it.
struct DescriptorCase: Decodable {
    struct LPQCase: Decodable {
        var size: Int
        var rho: Double?
        var codes: String
        var doubtful: [Int]
    }

    struct PHOGCase: Decodable {
        var sigma: Double
        var levels: Int
        var bins: Int
        var degrees: Int
        var low: Double
        var high: Double
        var edges: String
        var vector: [Double]
        var all: [Double]
    }

    var name: String
    var width: Int
    var height: Int
    var pixels: String
    var lpq: [LPQCase]
    var phog: [PHOGCase]

    var picture: Picture {
        Picture(width: width, height: height, channels: 1, pixels: Fixture.bytes(pixels))
    }

    static func all() throws -> [DescriptorCase] {
        try Fixture.load("features_descriptors.json", as: [DescriptorCase].self)
    }
}

/// Repeatable numbers for tests (Knuth's MMIX linear congruential generator, high bits).
struct TestRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    /// Between -1 and 1.
    mutating func signed() -> Double { Double(next()) / Double(1 << 30) - 1 }
}

extension Picture {
    /// A grey picture of noise.
    static func noise(width: Int, height: Int, seed: UInt64) -> Picture {
        var random = TestRandom(state: seed)
        let pixels = (0..<(width * height)).map { _ in
            UInt8(truncatingIfNeeded: random.next() >> 8)
        }
        return Picture(width: width, height: height, channels: 1, pixels: pixels)
    }

    /// A grey picture of one value.
    static func flat(width: Int, height: Int, value: UInt8) -> Picture {
        let pixels = [UInt8](repeating: value, count: width * height)
        return Picture(width: width, height: height, channels: 1, pixels: pixels)
    }
}
