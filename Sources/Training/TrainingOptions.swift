import Datasets
import Torch

/// What decides the outcome of a training run, besides the data and the starting weights.
package struct TrainingOptions: Codable, Sendable, Hashable {
    /// Passes over the training pictures.
    package var epochs: Int
    /// Pictures a step.
    package var batchSize: Int
    package var learningRate: Double
    package var optimizer: OptimizerKind
    package var schedule: LearningRateSchedule
    /// How pictures are varied anew in each epoch (`fresh` mode); nil to train on them as they are.
    package var augmentation: AugmentationPolicy?
    /// From which the order of pictures and their variations are drawn.
    package var seed: UInt64
    /// What the forward pass and the loss compute in; nil is float32, and is left out of the JSON, so
    /// that the identities of runs in float32 are what they were before there was a choice.
    package var precision: Precision?
    /// How far training also follows another network's scores; not at all where nil.
    package var distillation: Distillation?

    /// The usual recipe for fine-tuning (design.md): SGD 0.001, momentum 0.9, batch 8, 25 epochs,
    /// the rate down tenfold every 7 epochs.
    package init(
        epochs: Int = 25, batchSize: Int = 8, learningRate: Double = 0.001,
        optimizer: OptimizerKind = .sgd(momentum: 0.9, weightDecay: 0, nesterov: false),
        schedule: LearningRateSchedule = .step(every: 7, gamma: 0.1),
        augmentation: AugmentationPolicy? = .flipOnly, seed: UInt64 = 0,
        precision: Precision? = nil
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.optimizer = optimizer
        self.schedule = schedule
        self.augmentation = augmentation
        self.seed = seed
        self.precision = precision
    }

    /// More epochs, or pictures a step, than anybody means.
    private static let most = 1_000_000

    /// Refuses settings that cannot train.
    package func check() throws {
        if epochs < 0 || batchSize < 1 {
            throw TrainingError("epochs must be at least 0 and the batch at least 1 picture")
        }
        if epochs > Self.most || batchSize > Self.most {
            throw TrainingError(
                "epochs and pictures a batch are at most \(Self.most), got \(epochs) and \(batchSize)"
            )
        }
        try augmentation?.check()
        try distillation?.check()
        if !(learningRate > 0 && learningRate.isFinite) {
            throw TrainingError("the learning rate must be positive, got \(learningRate)")
        }
        if case .step(let every, let gamma) = schedule,
            every < 1 || !(gamma > 0 && gamma.isFinite)
        {
            throw TrainingError(
                "a step schedule needs at least 1 epoch a step and a positive factor")
        }
        try optimizer.check()
    }
}

/// Training by a teacher: the loss is (1 - weight) cross-entropy with the labels + weight T^2 cross-entropy with the
/// teacher's probabilities, both networks' scores divided by the temperature T (Hinton et al. 2015, section 2).
package struct Distillation: Codable, Sendable, Hashable {
    /// 0 to 1.
    package var weight: Double
    package var temperature: Double

    /// nil for a weight of 0.
    ///
    /// - Throws: `TrainingError` for a weight out of range.
    package init?(weight: Double, temperature: Double = 2) throws {
        (self.weight, self.temperature) = (weight, temperature)
        try check()
        if weight == 0 { return nil }
    }

    /// The loss that is descended.
    ///
    /// - Parameters:
    ///   - own: cross-entropy with the labels, mean over the batch.
    ///   - scores: of the network that is trained, [N, classes].
    ///   - teacher: the other's, without gradients.
    func loss(own: Tensor, _ scores: Tensor, teacher: Tensor) throws -> Tensor {
        let cold = 1 / temperature
        let target = try noGrad { try softmax(teacher * cold, dim: 1) }
        let followed = try crossEntropy(scores * cold, target)
        return try own * (1 - weight) + followed * (weight * temperature * temperature)
    }

    func check() throws {
        guard (0...1).contains(weight), temperature > 0, temperature.isFinite else {
            throw TrainingError(
                "distillation: expected a weight from 0 to 1 and a temperature above 0, got \(weight) and "
                    + "\(temperature)")
        }
    }
}

/// The optimisers, with PyTorch's meanings and defaults.
package enum OptimizerKind: Codable, Sendable, Hashable {
    case sgd(momentum: Double, weightDecay: Double, nesterov: Bool)
    case adam(beta1: Double, beta2: Double, eps: Double, weightDecay: Double)

    /// torch.optim.Adam's defaults.
    package static let adam = OptimizerKind.adam(
        beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0)

    /// Refuses what torch.optim refuses, and numbers that are not finite.
    func check() throws {
        switch self {
        case .sgd(let momentum, let weightDecay, let nesterov):
            try Self.require("momentum", momentum)
            try Self.require("weight decay", weightDecay)
            if nesterov, momentum <= 0 {
                throw TrainingError("nesterov needs a momentum above 0")
            }
        case .adam(let beta1, let beta2, let eps, let weightDecay):
            try Self.require("beta1", beta1, below: 1)
            try Self.require("beta2", beta2, below: 1)
            try Self.require("eps", eps)
            try Self.require("weight decay", weightDecay)
        }
    }

    private static func require(
        _ name: String, _ value: Double, below bound: Double = .infinity
    ) throws {
        if !(value >= 0 && value < bound) {
            let most = bound.isFinite ? " and below \(bound)" : " and finite"
            throw TrainingError("\(name) must be at least 0\(most), got \(value)")
        }
    }
}

/// Why a run cannot go on.
package struct TrainingError: Error, CustomStringConvertible, Equatable {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

extension AugmentationPolicy {
    /// Mirrored left to right with probability one half, and nothing else.
    package static let flipOnly: AugmentationPolicy = {
        var policy = AugmentationPolicy(.fresh)
        policy.shiftScaleRotateProbability = 0
        policy.blurProbability = 0
        policy.brightnessContrastProbability = 0
        return policy
    }()
}
