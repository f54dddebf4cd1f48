import Models
import Torch
import Training

/// A conditional variational autoencoder (Kingma & Welling 2014; conditional: Sohn, Lee & Yan 2015).
final class Autoencoder: Learner {
    static let losses = ["reconstruction", "divergence"]

    private let encoder: Executor
    private let decoder: Executor
    private let optimizer: Optimizer
    private let settings: GeneratorSettings
    private let classes: Int
    private let size: Int

    init(_ graphs: PictureNetworks, _ settings: GeneratorSettings) throws {
        encoder = try trainable(graphs.encoder(), seed: settings.seed)
        decoder = try trainable(graphs.decoder(), seed: settings.seed &+ 1 << 32)
        let parameters = try [("encoder", encoder), ("decoder", decoder)].flatMap { word, network in
            try network.parameters().map { ("\(word).\($0)", $1) }
        }
        optimizer = try Optimizer(.adam, parameters, masks: StateDictionary())
        self.settings = settings
        (classes, size) = (graphs.classes, graphs.size)
    }

    var networks: [(word: String, network: Executor)] {
        [("encoder", encoder), ("decoder", decoder)]
    }
    var optimizers: [(word: String, optimizer: Optimizer)] { [("both", optimizer)] }

    func made() throws -> Model { try copied(decoder) }

    /// What reads pictures, as it would be kept now.
    func reader() throws -> Model { try copied(encoder) }

    private func copied(_ network: Executor) throws -> Model {
        try network.model.with(network.state.copied())
    }

    /// Nats a picture: of its reconstruction, and of the divergence, whatever the divergence weighs yet.
    func step(
        _ pictures: Tensor, _ labels: [Int], rate: Double, progress: Double, _ draw: Draw
    ) throws -> [Double] {
        let (n, latent) = (labels.count, settings.latent)
        let hot = try oneHot(labels, classes)
        let planes = try hot.reshaped([n, classes, 1, 1]).expanded(to: [n, classes, size, size])
        let input = try Tensor.cat([pictures, planes], dim: 1).channelsLast()
        let read = try encoder.forward(input, training: true)
        let mean = try read.narrow(dim: 1, start: 0, length: latent)
        let logVariance = try read.narrow(dim: 1, start: latent, length: latent)
            .clamped(to: Losses.logVariances)
        let noise = try Tensor.randn([n, latent], draw.generator)
        let drawn = try mean + (logVariance * 0.5).exp() * noise
        let made = try decoder.forward(Tensor.cat([drawn, hot], dim: 1), training: true)
        let reconstruction = try Losses.reconstruction(pictures, made)
        let divergence = try Losses.divergence(mean: mean, logVariance: logVariance)
        let weight = settings.beta * (settings.warmUp > 0 ? min(1, progress / settings.warmUp) : 1)
        let freed = try Losses.freed(divergence, free: settings.freeBits)
        // A number's share, so that rates mean the same at every size.
        let loss = try (reconstruction + freed * weight) * (1 / Double(3 * size * size))
        try optimizer.step(down: loss, lr: rate)
        return [try reconstruction.item(), try divergence.sum().item()]
    }
}
