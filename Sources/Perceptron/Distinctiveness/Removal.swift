/// What to do with a pair of units that cancel each other (angle near 180 degrees).
package enum ComplementaryMode: String, Sendable, CaseIterable, Codable {
    /// Drop both, as the paper does.
    case paper
    /// Drop both and fold their mean effect into the output biases.
    case bias
    /// Since h_j = s - h_i: keep i with the difference of their outgoing weights, and fold s V_j
    /// into the biases, where s is the mean of h_i + h_j.
    case exact
}

/// Why a hidden unit was taken out of a net.
package enum RemovalReason: Sendable, Equatable {
    /// Its angle to `kept` is under the bound: `kept` takes over its outgoing weights.
    case similar(kept: Int, degrees: Double)
    /// It and `other` cancel each other.
    case complementary(other: Int, degrees: Double, mode: ComplementaryMode)
    /// It puts out nearly the same for every pattern; `deviation` is its standard deviation.
    case constant(deviation: Double)
    /// Its centred vector is nearly zero; `length` is its root mean square.
    case insignificant(length: Double)
    /// It is a weighted sum of other units and a constant.
    case joint(weights: [Int: Double], constant: Double)
}

/// A step of reduction: the units that went, why, and what it did to the outputs.
package struct Removal: Sendable, Equatable {
    package let units: [Int]
    package let reason: RemovalReason
    /// How far this step moved the outputs over the training patterns.
    package let certificate: OutputChange
}
