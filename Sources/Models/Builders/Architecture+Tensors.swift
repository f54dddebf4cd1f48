/// What a named tensor of a network is for.
package enum TensorKind: Sendable {
    case convolution
    case normWeight
    case normBias
    case runningMean
    case runningVar
    case batchCount
    case linearWeight
    case linearBias
    case convolutionBias
    case other

    /// Whether training changes it through its gradient.
    package var isParameter: Bool {
        switch self {
        case .runningMean, .runningVar, .batchCount: false
        default: true
        }
    }
}

/// Name, shape and kind of one tensor of a network.
package struct TensorSpec: Sendable {
    package let name: String
    package let shape: [Int]
    package let kind: TensorKind
}

extension Graph {
    /// Every tensor of the network, in order, by the place where its first node reads it.
    package func tensors() -> [TensorSpec] {
        var kinds: [String: TensorKind] = [:]
        for node in nodes {
            let places: [TensorKind] =
                switch node.type {
                case "Conv": [.convolution, .convolutionBias]
                case "Gemm": [.linearWeight, .linearBias]
                case "MatMul": [.linearWeight]
                case "BatchNormalization": [.normWeight, .normBias, .runningMean, .runningVar]
                default: []
                }
            for (name, kind) in zip(node.inputs.dropFirst(), places) where kinds[name] == nil {
                kinds[name] = kind
            }
        }
        return parameters.map {
            let kind = $0.dtype == .int64 ? .batchCount : kinds[$0.name] ?? .other
            return TensorSpec(name: $0.name, shape: $0.shape, kind: kind)
        }
    }
}

extension Architecture {
    /// Every tensor of the network, in the order of torchvision's `state_dict()`.
    package func tensors(classes: Int) throws -> [TensorSpec] {
        try graph(classes: classes).tensors()
    }
}
