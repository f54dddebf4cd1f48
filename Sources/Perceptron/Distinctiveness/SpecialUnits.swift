/// Units that say nothing by themselves.
package enum SpecialUnits {
    /// Units whose output has a standard deviation under `bound` over the patterns, with it.
    package static func constant(
        _ hidden: HiddenActivations, below bound: Double
    ) -> [(unit: Int, deviation: Double)] {
        (0..<hidden.units).compactMap { unit in
            let mean = hidden.mean(unit)
            var sum = 0.0
            for pattern in 0..<hidden.patterns {
                let distance = Double(hidden[unit, pattern]) - mean
                sum += distance * distance
            }
            let deviation = (sum / Double(max(hidden.patterns, 1))).squareRoot()
            return deviation < bound ? (unit, deviation) : nil
        }
    }

    /// Units whose centred vector has a root mean square under `bound`, with it.
    package static func insignificant(
        _ vectors: UnitVectors, below bound: Double
    ) -> [(unit: Int, length: Double)] {
        (0..<vectors.units).compactMap { unit in
            let length = vectors.length(unit)
            return length < bound ? (unit, length) : nil
        }
    }
}
