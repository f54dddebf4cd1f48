// The few functions of a Double that this room needs and the standard library leaves to C's.

/// The arctangent of t >= 0, in radians; infinity gives pi / 2.
///
/// Brought to t <= 1, halved three times by tan(a/2) = t / (1 + sqrt(1 + t^2)), then its Taylor
/// series to t^15 at t <= tan(pi/32): within 1e-15.
private func arctangent(_ t: Double) -> Double {
    if t > 1 { return .pi / 2 - arctangent(1 / t) }
    var small = t
    for _ in 0..<3 { small = small / (1 + (1 + small * small).squareRoot()) }
    let square = small * small
    var sum = 0.0
    for odd in stride(from: 15, through: 1, by: -2) {
        sum = 1 / Double(odd) - square * sum
    }
    return 8 * small * sum
}

/// The angle in degrees whose cosine is `cosine`, by 2 atan sqrt((1 - c) / (1 + c)), which
/// keeps its accuracy near 0 and 180. Rounding beyond +-1 is taken back to them.
func arcCosineDegrees(_ cosine: Double) -> Double {
    let c = max(-1, min(1, cosine))
    return 2 * arctangent((1 - c).squareRoot() / (1 + c).squareRoot()) * 180 / .pi
}

/// The natural logarithm of x > 0, within 1e-15 relative to max(1, |ln x|).
///
/// x = 2^n s with s in [sqrt(1/2), sqrt 2); ln s = 2 artanh((s - 1) / (s + 1)) by its series.
func logarithm(_ x: Double) -> Double {
    var n = Double(x.exponent)
    var s = x.significand
    if s > 1.414_213_562_373_095_1 {
        s /= 2
        n += 1
    }
    let t = (s - 1) / (s + 1)
    let square = t * t
    var sum = 0.0
    for odd in stride(from: 23, through: 1, by: -2) {
        sum = 1 / Double(odd) + square * sum
    }
    return n * 0.693_147_180_559_945_3 + 2 * t * sum
}
