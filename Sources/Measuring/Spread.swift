/// Where repeated measurements lie: order statistics, which a stall of the machine does not move.
package struct Spread: Sendable, Equatable, Codable {
    package let median: Double
    /// Below this lies a quarter of the measurements, and below the other three quarters.
    package let lowerQuartile: Double
    package let upperQuartile: Double
    /// The 95th percentile.
    package let p95: Double
    package let count: Int

    /// - Throws: `MeasuringError` for no measurement, or one that is no number.
    package init(_ values: [Double]) throws {
        guard !values.isEmpty, values.allSatisfy(\.isFinite) else {
            throw MeasuringError(
                "\(values.count) measurements, of which \(values.filter { !$0.isFinite }.count) are no "
                    + "numbers: at least one is needed, and all must be finite")
        }
        let sorted = values.sorted()
        median = Self.quantile(0.5, of: sorted)
        lowerQuartile = Self.quantile(0.25, of: sorted)
        upperQuartile = Self.quantile(0.75, of: sorted)
        p95 = Self.quantile(0.95, of: sorted)
        count = values.count
    }

    /// A quantile by linear interpolation between neighbours, as numpy's default: type 7 of Hyndman and Fan
    /// 1996, Sample quantiles in statistical packages.
    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = min(Int(place), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}

/// What is wrong with a measurement, or with what it was asked of.
package struct MeasuringError: Error, CustomStringConvertible, Equatable {
    package let description: String

    package init(_ description: String) { self.description = description }
}
