import Datasets
import Foundation
import Models
import Studies
import Torch
import Training

/// How a network is trained; the defaults are the usual recipe for fine-tuning.
public struct TrainingSettings: Sendable {
    /// Passes over the training pictures.
    public var epochs = 25
    /// Pictures a step.
    public var batchSize = 8
    /// Learning rate at the start; it falls tenfold every 7 epochs.
    public var learningRate = 0.001
    /// Momentum of SGD.
    public var momentum = 0.9
    /// As PyTorch's: times the weight, added to its gradient.
    public var weightDecay = 0.0
    /// Of everything random.
    public var seed: UInt64 = 0

    /// The usual recipe.
    public init() {}

    fileprivate var options: TrainingOptions {
        TrainingOptions(
            epochs: epochs, batchSize: batchSize, learningRate: learningRate,
            optimizer: .sgd(momentum: momentum, weightDecay: weightDecay, nesterov: false),
            seed: seed)
    }
}

extension Network {
    /// Trains it for the classes of these pictures, with a new last layer where they are others.
    ///
    /// The weights of the epoch that was best on the validation part are kept; the test part is not looked at.
    /// - Parameters:
    ///   - pictures: their training and validation parts are used.
    ///   - settings: how it is trained.
    ///   - progress: told after each epoch: its number from 1, and the validation accuracy, 0...1.
    public func fineTuned(
        on pictures: Pictures, _ settings: TrainingSettings = TrainingSettings(),
        progress: (Int, Double) -> Void = { _, _ in }
    ) throws -> Network {
        try WinnowError.wrapping {
            var start = try model.sized(height: pictures.size, width: pictures.size)
            start.masks = StateDictionary()
            if start.classes != pictures.classes {
                start = try start.withNewHead(classes: pictures.classes, seed: settings.seed)
            }
            return try Network(start).trained(on: pictures, settings, progress)
        }
    }

    /// Trains on what pruning left; what is pruned stays exactly zero.
    ///
    /// - Throws: `WinnowError` for pictures of other classes.
    public func retrained(
        on pictures: Pictures, _ settings: TrainingSettings = TrainingSettings(),
        progress: (Int, Double) -> Void = { _, _ in }
    ) throws -> Network {
        try WinnowError.wrapping {
            try check(pictures)
            return try trained(on: pictures, settings, progress)
        }
    }

    func check(_ pictures: Pictures) throws {
        guard pictures.classes == classes else {
            throw WinnowError(
                "the network scores \(classes.joined(separator: ", ")), the pictures' classes are "
                    + "\(pictures.classes.joined(separator: ", ")): fine-tune it first")
        }
    }

    private func trained(
        on pictures: Pictures, _ settings: TrainingSettings, _ progress: (Int, Double) -> Void
    ) throws -> Network {
        Runtime.installCachingAllocator()
        let parts = try pictures.data.parts(pictures.plan)
        let trainer = try Trainer(
            model, train: parts.train, validation: parts.validation, options: settings.options)
        try trainer.run(
            isCancelled: { Task.isCancelled }, onProgress: { _ in },
            onEpoch: { progress($0.epoch, $0.evaluation.accuracy) })
        var trained = try model.with(trainer.kept.copied())
        trained.metadata["preprocessing"] = try pictures.data.store.preprocessing.text()
        return Network(trained)
    }
}
