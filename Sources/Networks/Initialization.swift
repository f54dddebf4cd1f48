import Torch

/// Fresh weights as torchvision draws them.
package enum Initialization {
    /// A whole network: convolutions normal with deviation sqrt(2 / (out * k * k)) (He et al. 2015, fan-out),
    /// batch norms 1 and 0, the classifier as `classifier`.
    package static func state(
        _ architecture: Architecture, classes: Int, seed: UInt64
    ) throws -> StateDictionary {
        let generator = try Generator(seed: seed)
        return try StateDictionary(
            architecture.tensors(classes: classes).map { spec in
                (spec.name, try tensor(spec, fanIn: architecture.features, generator))
            })
    }

    /// A classifier as torch.nn.Linear starts: uniform within 1 / sqrt(features).
    package static func classifier(
        classes: Int, features: Int, seed: UInt64
    ) throws -> (weight: Tensor, bias: Tensor) {
        let generator = try Generator(seed: seed)
        let bound = 1 / Double(features).squareRoot()
        return (
            try .uniform([classes, features], -bound...bound, generator),
            try .uniform([classes], -bound...bound, generator)
        )
    }

    private static func tensor(
        _ spec: TensorSpec, fanIn: Int, _ generator: Generator
    ) throws -> Tensor {
        let bound = 1 / Double(fanIn).squareRoot()
        switch spec.kind {
        case .convolution:
            let fanOut = spec.shape[0] * spec.shape[2] * spec.shape[3]
            return try Tensor.randn(spec.shape, generator) * (2 / Double(fanOut)).squareRoot()
        case .normWeight, .runningVar: return try .ones(spec.shape)
        case .normBias, .runningMean: return try .zeros(spec.shape)
        case .batchCount: return try .zeros([], dtype: .int64)
        case .linearWeight, .linearBias: return try .uniform(spec.shape, -bound...bound, generator)
        }
    }
}

extension Architecture {
    /// Channels that the classifier of the full network sees.
    package var features: Int { 512 * expansion }
}
