/// A map of each feature, fitted on training rows and applied to all.
package struct FeatureScaling: Sendable, Equatable {
    private let shifts: [Double]
    private let scales: [Double]

    /// To -1...1 over `rows`, as `svm-scale` does; a feature that does not vary goes to 0.
    package static func toUnitRange(_ rows: [[Double]]) -> FeatureScaling {
        fit(rows) { values in
            let (low, high) = (values.min() ?? 0, values.max() ?? 0)
            return ((low + high) / 2, high > low ? 2 / (high - low) : 0)
        }
    }

    /// To mean 0 and standard deviation 1 over `rows`.
    package static func standard(_ rows: [[Double]]) -> FeatureScaling {
        fit(rows) { values in
            let mean = values.reduce(0, +) / Double(max(values.count, 1))
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(max(values.count, 1))).squareRoot()
            return (mean, deviation > 0 ? 1 / deviation : 0)
        }
    }

    private static func fit(
        _ rows: [[Double]], _ column: ([Double]) -> (Double, Double)
    ) -> FeatureScaling {
        let width = rows.first?.count ?? 0
        let fitted = (0..<width).map { place in column(rows.map { $0[place] }) }
        return FeatureScaling(shifts: fitted.map(\.0), scales: fitted.map(\.1))
    }

    package func callAsFunction(_ row: [Double]) -> [Double] {
        row.indices.map { (row[$0] - shifts[$0]) * scales[$0] }
    }
}
