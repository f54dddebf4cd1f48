import Core
import Datasets
import Formats
import Foundation
import Models
import Torch

@testable import Studies

/// Two classes of twelve pictures of six persons (`p0_0.png` ...), as PNG files under `root`;
/// the first picture of person 1 in class `a` is a copy of the first one of person 0.
func pictureData(_ root: URL) throws -> PictureData {
    var random = SplitMix64(seed: 11)
    for label in ["a", "b"] {
        let folder = root.appending(path: label)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var first: Picture?
        for index in 0..<12 {
            var picture = blocks(&random, tint: label == "a" ? 0 : 60)
            if label == "a", index == 2, let first { picture = first }
            if index == 0 { first = picture }
            let file = folder.appending(path: "p\(index / 2)_\(index % 2).png")
            try picture.writePNG(to: file.path)
        }
    }
    let store = try PictureStore(
        ImageFolder(root: root.path), preprocessing: .imageNet(size: 32), prints: true)
    return try PictureData(store, groups: "prefix", threads: 2)
}

/// 32 x 32 pixels in blocks of random colours: no two are alike.
private func blocks(_ random: inout SplitMix64, tint: Int) -> Picture {
    let colours = (0..<8 * 8 * 3).map { _ in random.index(below: 196) + tint }
    var pixels: [UInt8] = []
    for y in 0..<32 {
        for x in 0..<32 {
            for c in 0..<3 { pixels.append(UInt8(colours[((y / 4) * 8 + x / 4) * 3 + c])) }
        }
    }
    return Picture(width: 32, height: 32, channels: 3, pixels: pixels)
}

/// A ResNet-18 of a sixteenth of its widths, but for the 512 channels that the classifier sees.
func narrowState() throws -> StateDictionary {
    let generator = try Generator(seed: 2)
    return try StateDictionary(
        try Architecture.resnet18.tensors(classes: 2).map { spec in
            let shape = narrow(spec)
            switch spec.kind {
            case .batchCount: return (spec.name, try .zeros([], dtype: .int64))
            case .normWeight, .runningVar: return (spec.name, try .ones(shape))
            case .normBias, .runningMean: return (spec.name, try .zeros(shape))
            default: return (spec.name, try Tensor.randn(shape, generator) * 0.1)
            }
        })
}

private func narrow(_ spec: TensorSpec) -> [Int] {
    let last = spec.name.hasPrefix("layer4") || spec.name.hasPrefix("fc.")
    let inner = last && (spec.name.contains("conv1") || spec.name.contains("bn1"))
    return spec.shape.enumerated().map { dim, size in
        let isWide =
            last && size == 512
            && (dim == 0 ? !inner : inner || spec.name.hasPrefix("fc."))
        return dim < 2 && size % 64 == 0 && !isWide ? size / 16 : size
    }
}

/// A folder that is gone after `body`.
func withStageFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "winnow-stage-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
