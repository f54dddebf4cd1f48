import Foundation

/// The regularised incomplete beta function I_x(a, b), 0 <= x <= 1, a and b > 0.
///
/// By its continued fraction (DLMF 8.17.22) with Lentz's method, on the side of
/// x = (a + 1) / (a + b + 2) where that converges fast, and I_x(a, b) = 1 - I_{1-x}(b, a) on the
/// other. Within 1e-13.
package func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(
        a * log(x) + b * log1p(-x) - lgamma(a) - lgamma(b) + lgamma(a + b))
    return front / a / betaFraction(x, a, b)
}

/// The value of 1 + d1 / (1 + d2 / (1 + ...)), by Lentz's method.
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    var value = 1.0, c = 1.0, d = 0.0
    for term in 1...10_000 {
        let m = Double(term / 2)
        let coefficient =
            term.isMultiple(of: 2)
            ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / nonzero(1 + coefficient * d)
        c = nonzero(1 + coefficient / c)
        value *= c * d
        if abs(c * d - 1) < 1e-16 { break }
    }
    return value
}

private func nonzero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }

/// The x at which I_x(a, b) reaches `share`, 0 < share < 1, by bisection to the last bit.
package func inverseIncompleteBeta(_ share: Double, _ a: Double, _ b: Double) -> Double {
    var low = 0.0, high = 1.0
    while true {
        let middle = (low + high) / 2
        if middle <= low || middle >= high { return middle }
        if incompleteBeta(middle, a, b) < share { low = middle } else { high = middle }
    }
}
