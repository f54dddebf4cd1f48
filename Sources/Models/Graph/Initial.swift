import Torch

/// How training from scratch starts a parameter.
package enum Initial: Sendable, Equatable {
    case zeros
    case ones
    /// Normal with this standard deviation.
    case normal(Double)
    /// Uniform within this of zero.
    case uniform(Double)

    /// He et al. 2015, fan-out: deviation sqrt(2 / (out * kh * kw / groups)).
    static func he(_ weight: Shape, groups: Int = 1) -> Initial {
        .normal((2 * Double(groups) / Double(weight[0] * weight[2] * weight[3])).squareRoot())
    }
}

extension Graph {
    /// Fresh numbers for every parameter, drawn in their order.
    package func initialState(seed: UInt64) throws -> StateDictionary {
        let generator = try Generator(seed: seed)
        return try StateDictionary(
            parameters.map { parameter in
                let shape = parameter.shape
                let tensor =
                    switch parameter.initial {
                    case .zeros:
                        try Tensor.zeros(
                            shape, dtype: parameter.dtype == .int64 ? .int64 : .float32)
                    case .ones: try Tensor.ones(shape)
                    case .normal(let deviation): try Tensor.randn(shape, generator) * deviation
                    case .uniform(let bound):
                        try Tensor.uniform(shape, -bound...bound, generator)
                    }
                return (parameter.name, tensor)
            })
    }
}
