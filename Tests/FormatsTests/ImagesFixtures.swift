import Foundation
import Testing

@testable import Formats

/// The folder of fixtures made by `Tests/Fixtures/make/images_*.py`.
func imagesFixture(_ path: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/\(path)").path
}

/// Raw RGB bytes as PIL or torchvision gave them.
func expectedPixels(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: imagesFixture(path))))
}

/// The largest difference between two pictures' values; nil where the sizes differ.
func largestDifference(_ a: [UInt8], _ b: [UInt8]) -> Int? {
    guard a.count == b.count else { return nil }
    return zip(a, b).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

/// A folder that is removed at the end of `body`.
func withTemporaryFolder<T>(_ body: (URL) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

/// A small colourful picture with no symmetry.
func smallScene(width: Int, height: Int, channels: Int = 3) -> Picture {
    let pixels = (0..<width * height * channels).map { i in
        UInt8(truncatingIfNeeded: (i * 37 + i / 5 * 11) ^ (i * i / 7))
    }
    return Picture(width: width, height: height, channels: channels, pixels: pixels)
}
