import Core
import Datasets
import Foundation
import Models
import Torch
import Training

/// One epoch of a generator's training.
package struct GeneratorEpoch: Codable, Sendable, Equatable {
    /// From 1.
    package let epoch: Int
    package let learningRate: Double
    /// Means over the epoch's steps, by what they are called.
    package let losses: [String: Double]
}

/// Trains a generator on pictures, epoch by epoch.
package final class GeneratorTrainer {
    package let settings: GeneratorSettings
    package internal(set) var history: [GeneratorEpoch] = []
    let learner: any Learner
    private let train: Subset
    private let batches: BatchMaker
    private let ranges: [Range<Int>]

    /// What a training tells while it goes.
    package struct Progress: Sendable {
        package let epoch: Int
        package let epochs: Int
        /// Pictures done in this epoch, of how many.
        package let done: Int
        package let total: Int
        /// Means of the epoch so far, in the order of the kind's losses.
        package let losses: [(name: String, value: Double)]
    }

    /// - Parameter train: the pictures that are learnt from: those of a training part, and no others.
    /// - Throws: `TrainingError` for settings that cannot train, or pictures that no generator can be made for.
    package init(train: Subset, _ settings: GeneratorSettings) throws {
        try settings.check()
        let pictures = train.store.preprocessing
        guard pictures.height == pictures.width,
            GeneratorSettings.sides.contains(pictures.height)
        else {
            throw TrainingError(
                "generated pictures are squares whose `size` is \(GeneratorSettings.sidesInWords), got "
                    + "\(pictures.width)x\(pictures.height)")
        }
        guard train.count >= 2 else {
            throw TrainingError("a generator needs at least 2 pictures, got \(train.count)")
        }
        self.settings = settings
        self.train = train
        let graphs = PictureNetworks(
            size: pictures.height, classes: train.store.classes.count, settings)
        learner =
            switch settings.kind {
            case .vae: try Autoencoder(graphs, settings)
            case .gan: try Adversaries(graphs, settings)
            }
        ranges = EpochPlan.batches(of: settings.batchSize, count: train.count)
        batches = try BatchMaker(
            Self.scaled(pictures), batchSize: ranges.map(\.count).max() ?? 1, device: .cpu)
    }

    /// The same pictures with numbers from -1 to 1.
    static func scaled(_ pictures: Preprocessing) throws -> Preprocessing {
        try Preprocessing(
            height: pictures.height, width: pictures.width,
            mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5])
    }

    /// Trains the epochs that are left.
    ///
    /// - Parameters:
    ///   - isCancelled: asked before each step; true ends the run with `Interrupted`, the finished epochs kept.
    ///   - onProgress: called after each step.
    ///   - onEpoch: called after each epoch.
    package func run(
        isCancelled: () -> Bool = { false }, onProgress: (Progress) -> Void = { _ in },
        onEpoch: (GeneratorEpoch) throws -> Void = { _ in }
    ) throws {
        for epoch in history.count..<max(settings.epochs, history.count) {
            let record = try trainEpoch(epoch, isCancelled, onProgress)
            do {
                try learner.state.requireFinite()
            } catch let error as NetworkError {
                throw diverged("epoch \(epoch + 1) diverged (\(error))")
            }
            history.append(record)
            try onEpoch(record)
        }
    }

    private func trainEpoch(
        _ epoch: Int, _ isCancelled: () -> Bool, _ onProgress: (Progress) -> Void
    ) throws -> GeneratorEpoch {
        let names = type(of: learner).losses
        let rate =
            settings.learningRate
            * LearningRateSchedule.cosine.factor(epoch: epoch, of: settings.epochs)
        let draw = try Draw(seed: settings.seed, epoch: epoch)
        let order = EpochPlan(train.samples, seed: settings.seed, epoch: epoch).order
        let fresh = BatchMaker.Fresh(.flipOnly, seed: settings.seed, epoch: epoch)
        var sums = [Double](repeating: 0, count: names.count)
        for (index, range) in ranges.enumerated() {
            if isCancelled() { throw Interrupted(epoch: epoch + 1) }
            let samples = order[range]
            let (pictures, _) = try batches.fill(train, samples, fresh: fresh)
            let progress =
                (Double(epoch) + Double(index) / Double(ranges.count)) / Double(settings.epochs)
            let values = try learner.step(
                pictures, samples.map(train.label), rate: rate, progress: progress, draw)
            guard values.allSatisfy(\.isFinite) else {
                throw diverged("a loss became \(values) in epoch \(epoch + 1)")
            }
            for place in sums.indices { sums[place] += values[place] * Double(range.count) }
            onProgress(
                Progress(
                    epoch: epoch + 1, epochs: settings.epochs, done: range.upperBound,
                    total: train.count,
                    losses: zip(names, sums).map { ($0, $1 / Double(range.upperBound)) }))
        }
        return GeneratorEpoch(
            epoch: epoch + 1, learningRate: rate,
            losses: Dictionary(
                uniqueKeysWithValues: zip(names, sums).map { ($0, $1 / Double(train.count)) }))
    }

    private func diverged(_ what: String) -> TrainingError {
        TrainingError(
            "\(what): give a lower `learningRate` than \(settings.learningRate) (a tenth)")
    }

    /// What the training leaves.
    ///
    /// - Parameter origin: what the file says of the pictures that were learnt from.
    package func generator(_ origin: GeneratorOrigin) throws -> PictureGenerator {
        try PictureGenerator(
            decoder: learner.made(), encoder: (learner as? Autoencoder)?.reader(),
            settings: settings, classes: train.store.classes, origin: origin, history: history)
    }
}
