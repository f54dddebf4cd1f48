/// The work of `PCA.fit`: centred rows, and the smaller of their two symmetric matrices.
struct PCAFit {
    private let rows: Int
    private let columns: Int
    private let mean: [Double]
    /// The rows minus their mean, row by row.
    private let centred: [Double]

    init(_ matrix: FeatureMatrix) {
        rows = matrix.rows
        columns = matrix.columns
        var sum = [Double](repeating: 0, count: matrix.columns)
        for row in 0..<matrix.rows {
            for (column, value) in matrix[row].enumerated() { sum[column] += value }
        }
        let mean = sum.map { $0 / Double(matrix.rows) }
        self.mean = mean
        let columns = columns
        centred = matrix.values.indices.map { matrix.values[$0] - mean[$0 % columns] }
    }

    /// The first `count` components.
    func solve(_ count: Int) throws(FeatureError) -> PCA {
        let gram = rows < columns
        let order = gram ? rows : columns
        let products = gram ? outerProducts() : innerProducts()
        let total = centred.withUnsafeBufferPointer { values in
            values.reduce(0) { $0 + $1 * $1 }
        }
        guard total.isFinite, total > 0 || centred.allSatisfy({ $0 == 0 }) else {
            throw .badShape(
                expected: "numbers whose squares can be added up",
                found: "numbers too large or too small: rescale the columns")
        }
        let eigen = try Eigenpairs(products, order: order, wanted: count)
        let least = (eigen.values.first ?? 0) * Double(max(rows, columns)) * 1e-14
        let rank = eigen.values.prefix { $0 > least }.count
        guard rank == count else {
            throw .rankTooLow(components: count, rank: rank, rows: rows)
        }
        let directions = eigen.vectors.map { Self.signed(gram ? combination($0) : $0) }
        let variance = eigen.values.map { $0 / Double(rows - 1) }
        let totalVariance = total / Double(rows - 1)
        return PCA(
            mean: mean, components: directions, explainedVariance: variance,
            explainedVarianceRatio: variance.map { $0 / totalVariance })
    }

    /// `X'X`: sums over the rows, added up row by row.
    private func innerProducts() -> [Double] {
        var matrix = [Double](repeating: 0, count: columns * columns)
        matrix.withUnsafeMutableBufferPointer { matrix in
            centred.withUnsafeBufferPointer { values in
                guard let start = values.baseAddress, let sums = matrix.baseAddress else { return }
                for row in 0..<rows {
                    let values = start + row * columns
                    for i in 0..<columns {
                        let (line, factor) = (sums + i * columns, values[i])
                        for j in i..<columns { line[j] += factor * values[j] }
                    }
                }
            }
            Self.mirror(matrix, columns)
        }
        return matrix
    }

    /// `XX'`: the dot product of every two rows.
    private func outerProducts() -> [Double] {
        var matrix = [Double](repeating: 0, count: rows * rows)
        matrix.withUnsafeMutableBufferPointer { matrix in
            centred.withUnsafeBufferPointer { values in
                guard let start = values.baseAddress else { return }
                for i in 0..<rows {
                    for j in i..<rows {
                        matrix[i * rows + j] = dot(
                            start + i * columns, start + j * columns, columns)
                    }
                }
            }
            Self.mirror(matrix, rows)
        }
        return matrix
    }

    /// Copies the upper triangle to the lower.
    private static func mirror(_ matrix: UnsafeMutableBufferPointer<Double>, _ order: Int) {
        for i in 0..<order {
            for j in 0..<i { matrix[i * order + j] = matrix[j * order + i] }
        }
    }

    /// `X'u`, of length 1: the direction that belongs to an eigenvector u of the Gram matrix.
    private func combination(_ weights: [Double]) -> [Double] {
        var direction = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                direction[column] += weights[row] * centred[row * columns + column]
            }
        }
        let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return direction.map { $0 / norm }
    }

    /// The direction or its opposite: its element of largest magnitude (the first such) positive.
    private static func signed(_ direction: [Double]) -> [Double] {
        let extreme = direction.max { $0.magnitude < $1.magnitude } ?? 0
        return extreme < 0 ? direction.map { -$0 } : direction
    }
}
