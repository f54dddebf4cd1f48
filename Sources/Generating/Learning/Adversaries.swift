import Models
import Torch
import Training

/// A generator and a discriminator of each class's pictures, trained against each other on few pictures.
final class Adversaries: Learner {
    static let losses = ["discriminator", "generator"]
    /// Adam as Miyato et al. 2018 (table 1, setting F) with one step of each.
    private static let adam = OptimizerKind.adam(beta1: 0, beta2: 0.9, eps: 1e-8, weightDecay: 0)
    /// Of the average of the generator's weights, a step; in the first steps less.
    private static let memory = 0.999
    /// How much faster the discriminator learns (Heusel et al. 2017: two time scales).
    private static let lead = 2.0

    private let generator: (network: Executor, optimizer: Optimizer)
    private let discriminator: (network: Executor, optimizer: Optimizer)
    private let norm: SpectralNorm
    /// The generator's weights averaged over steps: what is kept.
    private let average: Executor
    private let settings: GeneratorSettings
    private let classes: Int
    private let size: Int
    private var augmentation: (epoch: Int, value: DifferentiableAugmentation)?

    init(_ graphs: PictureNetworks, _ settings: GeneratorSettings) throws {
        func trained(_ graph: Graph, seed: UInt64) throws -> (Executor, Optimizer) {
            let network = try trainable(graph, seed: seed)
            return (
                network,
                try Optimizer(Self.adam, network.parameters(), masks: StateDictionary())
            )
        }
        generator = try trained(graphs.decoder(), seed: settings.seed)
        discriminator = try trained(graphs.discriminator(), seed: settings.seed &+ 1 << 32)
        average = try Executor(
            generator.network.model.with(generator.network.state.copied()))
        norm = try SpectralNorm(discriminator.network.state)
        try norm.iterate(15)
        self.settings = settings
        (classes, size) = (graphs.classes, graphs.size)
    }

    var networks: [(word: String, network: Executor)] {
        [
            ("generator", generator.network), ("discriminator", discriminator.network),
            ("average", average),
        ]
    }
    var optimizers: [(word: String, optimizer: Optimizer)] {
        [("generator", generator.optimizer), ("discriminator", discriminator.optimizer)]
    }

    /// The averaged weights, with running statistics of their own: the generator's are of other weights.
    func made() throws -> Model {
        let model = try average.model.with(average.state.copied())
        let network = try Executor(model)
        let draws = try Generator(seed: settings.seed)
        let hot = try oneHot((0..<Self.estimated).map { $0 % classes }, classes)
        try noGrad {
            // Each batch counts a tenth: of what was there before a hundredth of a hundredth is left.
            for _ in 0..<88 {
                let latent = try Tensor.randn([Self.estimated, settings.latent], draws)
                _ = try network.forward(Tensor.cat([latent, hot], dim: 1), training: true)
            }
        }
        return model
    }

    /// Pictures a batch of which running statistics are estimated.
    private static let estimated = 28

    func step(
        _ pictures: Tensor, _ labels: [Int], rate: Double, progress: Double, _ draw: Draw
    ) throws -> [Double] {
        if augmentation?.epoch != draw.epoch {
            augmentation = (
                draw.epoch,
                DifferentiableAugmentation(side: size, seed: draw.seed, epoch: draw.epoch)
            )
        }
        let hot = try oneHot(labels, classes)
        let input = try Tensor.cat(
            [Tensor.randn([labels.count, settings.latent], draw.generator), hot], dim: 1)
        let first = try judge(pictures, input, hot, rate)
        let second = try please(input, hot, rate)
        try follow(steps: generator.optimizer.steps)
        return [first, second]
    }

    /// A step of the discriminator.
    private func judge(
        _ pictures: Tensor, _ input: Tensor, _ hot: Tensor, _ rate: Double
    ) throws -> Double {
        try norm.iterate()
        let made = try noGrad { try generator.network.forward(input, training: true) }
        let both = try Tensor.cat([changed(pictures), changed(made)]).channelsLast()
        let n = hot.shape[0]
        let scores = try discriminator.network.forward(both, training: true)
        let loss = try Losses.hinge(
            real: scored(scores.narrow(dim: 0, start: 0, length: n), hot),
            made: scored(scores.narrow(dim: 0, start: n, length: n), hot))
        try discriminator.optimizer.step(down: loss, lr: rate * Self.lead)
        return try loss.item()
    }

    /// A step of the generator: the discriminator only hands gradients on.
    private func please(_ input: Tensor, _ hot: Tensor, _ rate: Double) throws -> Double {
        let weights = try discriminator.network.model.trained.map {
            try discriminator.network.state.require($0)
        }
        for weight in weights { try weight.requiresGrad_(false) }
        defer { for weight in weights { _ = try? weight.requiresGrad_() } }
        let made = try generator.network.forward(input, training: true)
        let scores = try discriminator.network.forward(
            changed(made).channelsLast(), training: true)
        let loss = try Losses.hinge(made: scored(scores, hot))
        try generator.optimizer.step(down: loss, lr: rate)
        return try loss.item()
    }

    private func changed(_ pictures: Tensor) throws -> Tensor {
        let changes = augmentation?.value.changes(pictures.shape[0]) ?? []
        return try DifferentiableAugmentation.apply(changes, to: pictures)
    }

    /// Each picture's score for its own class: [N].
    private func scored(_ scores: Tensor, _ hot: Tensor) throws -> Tensor {
        try (scores * hot).sum(dim: 1)
    }

    /// Moves the averaged weights towards the generator's; running statistics are taken as they are.
    private func follow(steps: Int) throws {
        let kept = min(Self.memory, Double(1 + steps) / Double(10 + steps))
        let trained = Set(average.model.trained)
        try noGrad {
            for (name, mean) in average.state.entries {
                let now = try generator.network.state.require(name).detached()
                guard trained.contains(name) else {
                    try mean.copy_(now)
                    continue
                }
                try mean.add_(mean, alpha: kept - 1)
                try mean.add_(now, alpha: 1 - kept)
            }
        }
    }
}
