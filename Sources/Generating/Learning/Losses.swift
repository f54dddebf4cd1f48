import Foundation
import Torch

/// What generators are trained by, one number a batch each.
package enum Losses {
    /// Log variances are kept within this, so that no variance becomes 0 or infinite.
    static let logVariances = -10.0...10.0

    /// Divergence of N(mean, exp(logVariance)) from N(0, 1), of each latent number, mean over the batch: [latent],
    /// nats. Kingma & Welling 2014, appendix B: 1/2 (mean^2 + variance - 1 - log variance).
    ///
    /// - Parameters: [N, latent] each.
    package static func divergence(mean: Tensor, logVariance: Tensor) throws -> Tensor {
        let terms = try mean * mean + logVariance.exp() + logVariance * -1 + -1
        return try terms.reduced(.mean, over: [0], keepDim: false) * 0.5
    }

    /// The sum over latent numbers of which each costs what is over `free` nats, or `free` (Kingma et al. 2016,
    /// eq. 15): a number that says nothing yet is not pushed to say less.
    package static func freed(_ divergence: Tensor, free: Double) throws -> Tensor {
        try divergence.clamped(to: free...Double.infinity).sum()
    }

    /// Negative log likelihood of pictures [N, ...] under a Gaussian around their reconstructions, whose one variance is
    /// the best for the batch (Rybkin, Daniilidis & Levine 2021, eq. 6): D/2 (log(2 pi MSE) + 1) nats a picture
    /// of D numbers.
    package static func reconstruction(_ pictures: Tensor, _ made: Tensor) throws -> Tensor {
        let numbers = pictures.shape.dropFirst().reduce(1, *)
        let difference = try pictures - made
        let error = try (difference * difference).mean()
        // Pictures are in 256 steps: an error below a hundredth of one is no better.
        let logarithm = try (error + 1e-9).apply(.log)
        return try (logarithm + (log(2 * Double.pi) + 1)) * (Double(numbers) / 2)
    }

    /// Hinge loss of a discriminator (Lim & Ye 2017; Miyato et al. 2018, eq. 16):
    /// mean(max(0, 1 - real)) + mean(max(0, 1 + made)), scores [N].
    package static func hinge(real: Tensor, made: Tensor) throws -> Tensor {
        try relu(real * -1 + 1).mean() + relu(made + 1).mean()
    }

    /// The generator's: -mean(made) (Miyato et al. 2018, eq. 17).
    package static func hinge(made: Tensor) throws -> Tensor { try made.mean() * -1 }
}
