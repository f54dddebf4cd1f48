import Training

/// How a generator is made and trained.
package struct GeneratorSettings: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// Conditional variational autoencoder (Kingma & Welling 2014; Sohn, Lee & Yan 2015).
        case vae
        /// Conditional adversarial network: hinge loss, spectral normalisation (Miyato et al. 2018), differentiable
        /// augmentation (Zhao et al. 2020).
        case gan

        package var summary: String {
            switch self {
            case .vae: "conditional variational autoencoder: even training, soft pictures"
            case .gan: "conditional adversarial network: sharper pictures, many more steps"
            }
        }
    }

    package var kind: Kind
    /// Passes over the training pictures.
    package var epochs: Int
    package var batchSize: Int
    /// Of Adam, at the start; it falls to zero along half a cosine.
    package var learningRate: Double
    /// Numbers that a picture is drawn from.
    package var latent: Int
    /// Channels at full size; twice as many at each half, up to eight times.
    package var width: Int
    /// Weight of the divergence (VAE; Higgins et al. 2017): pixels' errors go together, so that a likelihood which counts
    /// each by itself has few pictures learnt by heart at a weight of 1, and nothing sensible drawn between them.
    package var beta: Double
    /// Share of the epochs in which that weight is reached from 0 (VAE; Bowman et al. 2016).
    package var warmUp: Double
    /// Nats of each latent number's divergence that cost nothing (VAE; Kingma et al. 2016, appendix C.8).
    package var freeBits: Double
    package var seed: UInt64

    /// What is usual for a kind.
    package init(_ kind: Kind, epochs: Int? = nil, seed: UInt64 = 0) {
        self.kind = kind
        self.seed = seed
        switch kind {
        case .vae:
            self.epochs = epochs ?? 120
            (batchSize, learningRate, latent, width) = (16, 0.001, 64, 16)
            (beta, warmUp, freeBits) = (30, 0.3, 0.05)
        case .gan:
            self.epochs = epochs ?? 120
            (batchSize, learningRate, latent, width) = (16, 0.0002, 64, 16)
            (beta, warmUp, freeBits) = (0, 0, 0)
        }
    }

    /// Sides of pictures that a generator can have: those that halve down to 4 to 7.
    package static let sides = (8...256).filter { PictureNetworks.sides($0) != nil }
    /// The same in words.
    package static let sidesInWords = "4, 5, 6 or 7 doubled, up to 256 (say 48, 64, 112 or 224)"

    /// Refuses settings that cannot train.
    package func check() throws {
        func need(_ holds: Bool, _ text: String) throws {
            if !holds { throw TrainingError(text) }
        }
        try need((1...100_000).contains(epochs), "`epochs` must be 1 to 100000, got \(epochs)")
        try need((2...4096).contains(batchSize), "`batchSize` must be 2 to 4096, got \(batchSize)")
        try need(
            learningRate > 0 && learningRate < 1,
            "`learningRate` must be above 0 and below 1, got \(learningRate)")
        try need((1...1024).contains(latent), "`latent` must be 1 to 1024, got \(latent)")
        try need((2...256).contains(width), "`width` must be 2 to 256, got \(width)")
        try need(beta >= 0 && beta.isFinite, "`beta` must be 0 or more, got \(beta)")
        try need((0...1).contains(warmUp), "`warmUp` must be 0 to 1, got \(warmUp)")
        try need(
            freeBits >= 0 && freeBits.isFinite, "`freeBits` must be 0 or more, got \(freeBits)")
    }
}
