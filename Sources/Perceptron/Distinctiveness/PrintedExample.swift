/// The example printed by Gedeon & Harris (1991): six hidden units over sixteen patterns, and the
/// angles printed for them. The figures have three decimals, so angles worked out from them differ
/// from the printed ones by up to 1.2 degrees.
package enum PrintedExample {
    /// What each unit puts out, `[units][patterns]`.
    package static let activations: [[Float]] = (0..<6).map { unit in patterns.map { $0[unit] } }

    private static let patterns: [[Float]] = [
        [0.33, 1.0, 0.91, 0.582, 0.593, 0.381],
        [0.091, 0.994, 0.339, 0.101, 0.834, 0.839],
        [0.098, 0.994, 0.348, 0.13, 0.874, 0.868],
        [0.022, 0.488, 0.026, 0.012, 0.96, 0.982],
        [0.094, 0.994, 0.325, 0.128, 0.853, 0.849],
        [0.021, 0.489, 0.024, 0.012, 0.952, 0.979],
        [0.023, 0.488, 0.025, 0.016, 0.965, 0.984],
        [0.005, 0.006, 0.001, 0.001, 0.99, 0.998],
        [0.117, 0.994, 0.339, 0.132, 0.875, 0.87],
        [0.026, 0.488, 0.025, 0.012, 0.96, 0.983],
        [0.029, 0.488, 0.026, 0.016, 0.971, 0.986],
        [0.006, 0.006, 0.001, 0.001, 0.991, 0.998],
        [0.027, 0.489, 0.024, 0.016, 0.965, 0.984],
        [0.006, 0.006, 0.001, 0.001, 0.99, 0.998],
        [0.006, 0.006, 0.001, 0.002, 0.992, 0.998],
        [0.001, 0.0, 0.0, 0.0, 0.998, 1.0],
    ]

    /// The printed angle of each pair, in the order of `UnitAngles.pairs`.
    package static let angles: [Double] = [
        81.8, 25.2, 8.4, 176.5, 169.9, 63.0, 77.8, 100.8, 103.7, 18.0, 157.7, 163.7, 173.7, 177.5,
        7.3,
    ]

    /// The bounds of 1991: under the first units are similar, over the second complementary.
    package static let similarBound = 15.0
    package static let complementaryBound = 165.0
}
