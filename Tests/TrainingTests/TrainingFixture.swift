import Core
import Datasets
import Formats
import Foundation
import Models
import Testing
import Torch

@testable import Training

/// A folder in the temporary directory, removed at the end of `body`.
func withFolder<T>(_ body: (URL) throws -> T) throws -> T {
    let url = FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url)
}

/// Three classes of eight noisy 32 x 32 pictures each, read from PNG files.
///
/// - Parameter place: where the store keeps them, instead of where the environment says.
func tinyStore(_ place: PicturePlace? = nil) throws -> PictureStore {
    try withFolder { root in
        var random = SplitMix64(seed: 5)
        for index in 0..<24 {
            let folder = root.appending(path: "class\(index % 3)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let pixels = (0..<32 * 32 * 3).map { _ in
                UInt8(random.index(below: 176) + 40 * (index % 3))
            }
            try Picture(width: 32, height: 32, channels: 3, pixels: pixels)
                .writePNG(to: folder.appending(path: "p\(index).png").path)
        }
        return try PictureStore(
            ImageFolder(root: root.path), preprocessing: .imageNet(size: 32),
            loader: PictureLoader(place: place))
    }
}

/// A ResNet-18 of a sixteenth of its widths.
func tinyState(seed: UInt64 = 1) throws -> StateDictionary {
    let generator = try Generator(seed: seed)
    return try StateDictionary(
        Architecture.resnet18.tensors(classes: 3).map { spec in
            let shape = spec.shape.enumerated().map { dim, size in
                dim < 2 && size % 64 == 0 ? size / 16 : size
            }
            switch spec.kind {
            case .batchCount: return (spec.name, try .zeros([], dtype: .int64))
            case .normWeight, .runningVar: return (spec.name, try .ones(shape))
            case .normBias, .runningMean: return (spec.name, try .zeros(shape))
            default: return (spec.name, try Tensor.randn(shape, generator) * 0.2)
            }
        })
}

/// SGD with all it can do at once.
let busySGD = OptimizerKind.sgd(momentum: 0.9, weightDecay: 0.1, nesterov: true)
/// Adam with weight decay.
let busyAdam = OptimizerKind.adam(beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.1)

/// Twenty pictures to train on in batches of 8, 8 and 4; the other four validate.
func tinyTrainer(
    _ store: PictureStore, _ options: TrainingOptions, state: StateDictionary? = nil,
    masks: StateDictionary = StateDictionary()
) throws -> Trainer {
    try Trainer(
        Model(.resnet18, state ?? tinyState(), masks: masks),
        train: Subset(store, pictures: Array(0..<20)),
        validation: Subset(store, pictures: Array(20..<24)), options: options)
}

/// Three epochs in batches of eight.
func tinyOptions(
    _ optimizer: OptimizerKind = busySGD, seed: UInt64 = 3, precision: Precision? = nil
) -> TrainingOptions {
    TrainingOptions(
        epochs: 3, batchSize: 8, learningRate: 0.01, optimizer: optimizer, schedule: .cosine,
        seed: seed, precision: precision)
}
