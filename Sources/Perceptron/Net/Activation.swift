/// The function a hidden unit applies to its weighted sum.
package enum Activation: String, Sendable, CaseIterable, Codable {
    /// 1 / (1 + e^-z), between 0 and 1.
    case sigmoid
    /// Hyperbolic tangent, between -1 and 1.
    case tanh
    /// max(z, 0).
    case relu
}

extension Activation {
    /// f(z).
    @inline(always)
    func value(_ z: Lanes) -> Lanes {
        switch self {
        case .sigmoid: logistic(z)
        case .tanh: hyperbolicTangent(z)
        case .relu: larger(z, Lanes())
        }
    }

    /// f'(z), written in terms of h = f(z).
    @inline(always)
    func slope(_ h: Lanes) -> Lanes {
        switch self {
        case .sigmoid: h - h * h
        case .tanh: 1 - h * h
        case .relu: Lanes().replacing(with: Lanes(repeating: 1), where: h .> Lanes())
        }
    }
}
