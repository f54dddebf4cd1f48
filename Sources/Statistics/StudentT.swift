import Foundation

/// Student's t distribution with `degrees` degrees of freedom.
package struct StudentT: Sendable {
    package let degrees: Double

    package init(degrees: Double) { self.degrees = degrees }

    /// The t that a share `share` of the distribution lies under, 0.5 <= share < 1.
    ///
    /// From I_x(nu / 2, 1 / 2) = 2 (1 - share) with t^2 = nu (1 - x) / x; for share near 0.5 the
    /// other tail, which keeps its digits there.
    package func quantile(_ share: Double) -> Double {
        let tails = 2 * (1 - share)
        if tails >= 1 { return 0 }
        let centre = inverseIncompleteBeta(1 - tails, 0.5, degrees / 2)
        if centre < 0.5 { return (degrees * centre / (1 - centre)).squareRoot() }
        let x = inverseIncompleteBeta(tails, degrees / 2, 0.5)
        return (degrees * (1 - x) / x).squareRoot()
    }

    /// The share of the distribution above `t`: I_x(nu / 2, 1 / 2) / 2 with x = nu / (nu + t^2) for
    /// t >= 0, and by symmetry below.
    package func upperTail(_ t: Double) -> Double {
        let half = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
        return t >= 0 ? half : 1 - half
    }
}
