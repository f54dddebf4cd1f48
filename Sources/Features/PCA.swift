/// Principal component analysis: the directions in which rows vary most.
///
/// `fit` centres the rows and takes the eigenvectors of their covariance `X'X / (n - 1)`, or, with
/// fewer rows than columns, of the Gram matrix `XX'`, which has the same nonzero eigenvalues.
/// Results match scikit-learn's `PCA(svd_solver="full")`, signs included: in each component the
/// element of largest magnitude is positive.
package struct PCA: Sendable, Equatable, Codable {
    /// Mean of each column.
    package let mean: [Double]
    /// Orthonormal directions, the one of largest variance first.
    package let components: [[Double]]
    /// Variance of the fitted rows along each direction (n - 1 in the denominator).
    package let explainedVariance: [Double]
    /// The same as a share of the total variance.
    package let explainedVarianceRatio: [Double]

    /// Finds the first `count` principal components of `matrix`.
    ///
    /// Which rows to fit on is the caller's choice: training rows only, if the protocol is honest.
    ///
    /// - Throws: `FeatureError.badOption` for a count below 1, `.badShape` for fewer than two rows,
    ///   `.notFinite` for a NaN or infinity, `.rankTooLow` if the rows vary in too few directions,
    ///   `.noEigenvectors` if libtorch's solver fails.
    package static func fit(_ matrix: FeatureMatrix, components count: Int) throws(FeatureError)
        -> PCA
    {
        guard count >= 1 else {
            throw .badOption(name: "PCA components", value: "\(count)", expected: "at least 1")
        }
        guard matrix.rows >= 2, matrix.columns >= 1 else {
            throw .badShape(
                expected: "at least 2 rows and 1 column",
                found: "\(matrix.rows) rows and \(matrix.columns) columns")
        }
        try matrix.checkFinite()
        guard count <= min(matrix.rows - 1, matrix.columns) else {
            let most = min(matrix.rows - 1, matrix.columns)
            throw .rankTooLow(components: count, rank: most, rows: matrix.rows)
        }
        let fit = PCAFit(matrix)
        return try fit.solve(count)
    }

    /// The coordinates of each row along the components: `(x - mean) . component`.
    ///
    /// - Throws: `FeatureError.badShape` if the rows are not as long as those fitted, `.notFinite`.
    package func transform(_ matrix: FeatureMatrix) throws(FeatureError) -> FeatureMatrix {
        guard matrix.columns == mean.count else {
            throw .badShape(
                expected: "rows of \(mean.count) numbers, as fitted", found: "\(matrix.columns)")
        }
        try matrix.checkFinite()
        var scores: [Double] = []
        scores.reserveCapacity(matrix.rows * components.count)
        for row in 0..<matrix.rows {
            let centred = zip(matrix[row], mean).map { $0 - $1 }
            for component in components { scores.append(dot(centred, component, mean.count)) }
        }
        return FeatureMatrix(rows: matrix.rows, columns: components.count, values: scores)
    }
}

extension PCA {
    /// Reads a stored analysis.
    ///
    /// - Throws: `DecodingError` if its parts do not fit together or hold a NaN or infinity.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        mean = try values.decode([Double].self, forKey: .mean)
        components = try values.decode([[Double]].self, forKey: .components)
        explainedVariance = try values.decode([Double].self, forKey: .explainedVariance)
        explainedVarianceRatio = try values.decode([Double].self, forKey: .explainedVarianceRatio)
        let (columns, count) = (mean.count, components.count)
        let fits =
            components.allSatisfy { $0.count == columns } && explainedVariance.count == count
            && explainedVarianceRatio.count == count
        let numbers = [mean, explainedVariance, explainedVarianceRatio] + components
        guard fits, numbers.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "PCA: expected \(count) components of \(columns) finite "
                        + "numbers, with a variance each; the file is damaged, fit it again"))
        }
    }
}
