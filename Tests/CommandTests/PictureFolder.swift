import Core
import Formats
import Foundation
import Models
import Testing

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

/// `tiny.json`: the quick preset with one question, one seed and two epochs.
///
/// - Parameter changes: of the study.
func writeTinyStudy(_ folder: URL, _ changes: [String: Any] = [:]) throws {
    let text = try Program.run("study --print quick", in: folder).output
    let printed = try JSONSerialization.jsonObject(with: Data(text.utf8))
    var study = try #require(printed as? [String: Any])
    study["name"] = "tiny"
    study["seeds"] = [0]
    let protocols = try #require(study["protocols"] as? [[String: Any]])
    var first = try #require(protocols.first)
    first["epochs"] = 2
    study["protocols"] = [first]
    study["experiments"] = [
        [
            "name": "Fig. 5", "techniques": ["unpruned", "percentile ticket"],
            "amounts": [0.5], "cost": true,
        ] as [String: Any]
    ]
    study.merge(changes) { $1 }
    try JSONSerialization.data(withJSONObject: study).write(
        to: folder.appending(path: "tiny.json"))
}
