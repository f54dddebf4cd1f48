/// Hidden units as vectors over the training patterns, centred so that an angle says how alike two
/// units are (Gedeon & Harris 1991; paper section 2.4).
///
/// Sigmoid: h - 0.5. Tanh: h / 2. ReLU: h scaled so that the unit's own smallest value is -0.5 and
/// its largest 0.5. All lie between -0.5 and 0.5.
package struct UnitVectors {
    /// Number of units.
    package let units: Int
    /// Number of patterns.
    package let patterns: Int
    /// Doubles from one unit to the next: patterns rounded up to eight, padded with zeros.
    let stride: Int
    /// `[units][stride]`.
    let values: [Double]

    package init(_ hidden: HiddenActivations) {
        units = hidden.units
        patterns = hidden.patterns
        stride = (hidden.patterns + 7) / 8 * 8
        var values = [Double](repeating: 0, count: hidden.units * stride)
        for unit in 0..<hidden.units {
            let (middle, scale) = Self.centre(hidden, unit)
            for pattern in 0..<hidden.patterns {
                values[unit * stride + pattern] = (Double(hidden[unit, pattern]) - middle) * scale
            }
        }
        self.values = values
    }

    /// The middle of a unit's range, and what brings the range to -0.5...0.5.
    private static func centre(
        _ hidden: HiddenActivations, _ unit: Int
    ) -> (middle: Double, scale: Double) {
        switch hidden.activation {
        case .sigmoid: return (0.5, 1)
        case .tanh: return (0, 0.5)
        case .relu:
            var low = Double.infinity, high = -Double.infinity
            for pattern in 0..<hidden.patterns {
                low = min(low, Double(hidden[unit, pattern]))
                high = max(high, Double(hidden[unit, pattern]))
            }
            return high > low ? ((low + high) / 2, 1 / (high - low)) : (low, 1)
        }
    }

    /// One entry.
    package subscript(unit: Int, pattern: Int) -> Double { values[unit * stride + pattern] }

    /// Root mean square of a unit's vector: 0.5 for a unit always at an end of its range.
    package func length(_ unit: Int) -> Double {
        patterns == 0 ? 0 : (dot(unit, unit) / Double(patterns)).squareRoot()
    }

    /// The dot product of two units' vectors.
    func dot(_ a: Int, _ b: Int) -> Double {
        values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return 0 }
            return dotProduct(base + a * stride, base + b * stride, stride)
        }
    }
}

/// The dot product of two runs whose length is a multiple of eight, on two chains of vectors.
@inline(always)
func dotProduct(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    let a = UnsafeRawPointer(a), b = UnsafeRawPointer(b)
    var even = SIMD8<Double>(), odd = SIMD8<Double>()
    var offset = 0
    let end = count &* 8
    while offset &+ 64 < end {
        even +=
            a.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            * b.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        odd +=
            a.loadUnaligned(fromByteOffset: offset &+ 64, as: SIMD8<Double>.self)
            * b.loadUnaligned(fromByteOffset: offset &+ 64, as: SIMD8<Double>.self)
        offset &+= 128
    }
    if offset < end {
        even +=
            a.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
            * b.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
    }
    return (even + odd).sum()
}
