import Foundation

/// Canny's edges: Gaussian smoothing, Sobel gradients, thinning across the edge, two thresholds.
///
/// Canny, A Computational Approach to Edge Detection, PAMI 8(6), 1986. The smoothing kernel reaches
/// 4 sigma and its weights are renormalised where it leaves the picture; pixels on the border are
/// never edges.
package struct Canny: Sendable, Hashable, Codable {
    /// How the two thresholds on the gradient's magnitude are chosen.
    package enum Thresholds: Sendable, Hashable, Codable {
        /// The high one leaves at least this share of pixels below it (to 1/1024 of the largest
        /// magnitude); the low one is `ratio` times the high one.
        case share(below: Double, ratio: Double)
        /// Magnitudes of the Sobel gradient of 0...255 pixels, unnormalised.
        case absolute(low: Double, high: Double)
    }

    /// Standard deviation of the Gaussian in pixels, over 0 and at most 16.
    package var sigma = 2.0.squareRoot()
    package var thresholds = Thresholds.share(below: 0.7, ratio: 0.4)

    package init() {}

    /// - Throws: `FeatureError.badOption` for values outside the ranges above.
    func check() throws(FeatureError) {
        guard sigma > 0, sigma <= 16 else {
            throw .badOption(name: "Canny sigma", value: "\(sigma)", expected: "over 0, at most 16")
        }
        switch thresholds {
        case .share(let below, let ratio):
            guard (0..<1).contains(below), ratio > 0, ratio <= 1 else {
                throw .badOption(
                    name: "Canny thresholds", value: "share \(below), ratio \(ratio)",
                    expected: "a share from 0 to below 1, a ratio over 0 and at most 1")
            }
        case .absolute(let low, let high):
            guard low > 0, high >= low, high.isFinite else {
                throw .badOption(
                    name: "Canny thresholds", value: "\(low), \(high)", expected: "0 < low <= high")
            }
        }
    }

    /// Marks the edges of `plane` with 1, everything else with 0, row by row.
    func edges(_ plane: GreyPlane) -> [UInt8] {
        let smooth = GaussianFilter(sigma: sigma).apply(plane)
        let gradient = SobelGradient(smooth)
        guard let (low, high) = levels(gradient) else {
            return [UInt8](repeating: 0, count: plane.width * plane.height)
        }
        let candidates = thinned(gradient, low: low, high: high)
        return connected(candidates, width: plane.width)
    }

    /// The two thresholds; nil when the picture is flat.
    func levels(_ gradient: SobelGradient) -> (low: Float, high: Float)? {
        guard case .share(let below, let ratio) = thresholds else {
            guard case .absolute(let low, let high) = thresholds else { return nil }
            return (Float(low), Float(high))
        }
        let largest = gradient.magnitude.max() ?? 0
        guard largest > 0 else { return nil }
        let steps = 1024
        var counts = [Int](repeating: 0, count: steps + 1)
        let scale = Float(steps) / largest
        for value in gradient.magnitude { counts[min(Int(value * scale), steps)] += 1 }
        let enough = below * Double(gradient.magnitude.count)
        var seen = 0
        var step = 0
        while step < steps {
            seen += counts[step]
            step += 1
            if Double(seen) > enough { break }
        }
        let high = Double(step) / Double(steps) * Double(largest)
        return (Float(ratio * high), Float(high))
    }
}
