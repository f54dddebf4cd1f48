import Models
import Torch

/// Largest singular values of a discriminator's weights by power iteration (Miyato et al. 2018, algorithm 1), as
/// torch.nn.utils.parametrizations.spectral_norm keeps them.
package struct SpectralNorm {
    /// Parameters of one layer.
    struct Names {
        let weight: String
        /// Left singular vector, [1, out].
        let u: String
        /// Right singular vector, [rest, 1].
        let v: String

        init(_ path: String) {
            (weight, u, v) = ("\(path).weight", "\(path).weight_u", "\(path).weight_v")
        }
    }

    private let layers: [(weight: Tensor, u: Tensor, v: Tensor)]
    private static let eps = 1e-12

    /// The normalised weights of a network on its own tensors.
    package init(_ state: StateDictionary) throws {
        layers = try state.names.filter { $0.hasSuffix(".weight_u") }.map { name in
            let names = Names(String(name.dropLast(".weight_u".count)))
            return (
                try state.require(names.weight), try state.require(names.u),
                try state.require(names.v)
            )
        }
    }

    /// So many iterations: one before each training step, 15 to begin with.
    package func iterate(_ count: Int = 1) throws {
        try noGrad {
            for (weight, u, v) in layers {
                let matrix = try weight.detached().reshaped([weight.shape[0], -1])
                for _ in 0..<count {
                    try u.copy_(Self.unit(matrix.matmul(v)).transposed(0, 1))
                    try v.copy_(Self.unit(u.matmul(matrix)).transposed(0, 1))
                }
            }
        }
    }

    private static func unit(_ x: Tensor) throws -> Tensor {
        let length = try (x * x).sum().sqrt().item()
        return try x * (1 / max(length, eps))
    }
}
