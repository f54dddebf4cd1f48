import Core
import Datasets
import Formats
import Foundation
import Generating
import Torch

/// PyTorch's, pytorch-fid's and torch-fidelity's numbers, written by Tests/Fixtures/make/generating.py.
struct GeneratingFixture: Decodable {
    struct Divergence: Decodable {
        let mean: [[Float]]
        let logVariance: [[Float]]
        let divergence: [Float]
        let free: Double
        let freed: Double
        let meanGradient: [[Float]]
        let logVarianceGradient: [[Float]]
    }
    struct Reconstruction: Decodable {
        let pictures: [Float]
        let made: [Float]
        let shape: [Int]
        let nats: Double
    }
    struct Hinge: Decodable {
        let real: [Float]
        let made: [Float]
        let discriminator: Double
        let generator: Double
        let realGradient: [Float]
        let madeGradient: [Float]
    }
    struct Spectral: Decodable {
        let shape: [Int]
        let weight: [Float]
        let u: [Float]
        let v: [Float]
        let nextU: [Float]
        let nextV: [Float]
        let normal: [Float]
        let gradient: [Float]
        let largest: Double
    }
    struct Distances: Decodable {
        let a: [[Double]]
        let b: [[Double]]
        let frechet: Double
        let kernel: Double
        let kernelCount: Int
        let few: Int
        let frechetOfFew: Double
    }
    let divergence: Divergence
    let reconstruction: Reconstruction
    let hinge: Hinge
    let spectral: Spectral
    let distances: Distances

    static func load() throws -> GeneratingFixture {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/generating.json")
        return try JSONDecoder().decode(GeneratingFixture.self, from: Data(contentsOf: file))
    }
}

/// Three classes of 16 x 16 pictures: a bright bar at another height each, noisy.
func tinyPictures(perClass: Int = 8, seed: UInt64 = 5) -> (pictures: [Picture], labels: [Int]) {
    var random = SplitMix64(seed: seed)
    var (pictures, labels): ([Picture], [Int]) = ([], [])
    for index in 0..<3 * perClass {
        let label = index % 3
        let pixels = (0..<16 * 16 * 3).map { place -> UInt8 in
            let isInside = place / 48 / 5 == label
            return UInt8((isInside ? 180 : 40) + random.index(below: 40))
        }
        pictures.append(Picture(width: 16, height: 16, channels: 3, pixels: pixels))
        labels.append(label)
    }
    return (pictures, labels)
}

/// The tiny pictures as a training part.
func tinySubset(perClass: Int = 8, seed: UInt64 = 5) throws -> Subset {
    let (pictures, labels) = tinyPictures(perClass: perClass, seed: seed)
    let store = PictureStore.shown(
        pictures, try .imageNet(size: 16), classes: ["high", "middle", "low"], labels: labels)
    return Subset(store, pictures: Array(pictures.indices))
}

/// Two epochs of a very small generator.
func tinySettings(_ kind: GeneratorSettings.Kind, epochs: Int = 2) -> GeneratorSettings {
    var settings = GeneratorSettings(kind, epochs: epochs, seed: 3)
    (settings.batchSize, settings.latent, settings.width) = (8, 5, 2)
    return settings
}

/// A folder in the temporary directory, removed at the end of `body`.
func withFolder<T>(_ body: (URL) throws -> T) throws -> T {
    let url = FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url)
}
