import Core
import Formats
import Foundation
import Models

/// Two classes of twelve pictures of twelve persons, and start weights beside them.
func fillWithPictures(_ folder: URL) throws {
    var random = SplitMix64(seed: 5)
    for index in 0..<24 {
        let name = "\(index < 12 ? "cat" : "dog")/p\(index / 2)_\(index % 2).png"
        let file = folder.appending(path: "data/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let colours = (0..<192).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let pixels = (0..<32 * 32 * 3).map { place in
            let (x, y) = (place / 3 % 32, place / 96)
            return colours[(y / 4 * 8 + x / 4) * 3 + place % 3]
        }
        try Picture(width: 32, height: 32, channels: 3, pixels: pixels)
            .writePNG(to: file.path)
    }
    try PthWriter.write(
        Model.drawn(.resnet18, classes: 10, seed: 1).state.hosted(),
        to: folder.appending(path: "w.pth"))
}
