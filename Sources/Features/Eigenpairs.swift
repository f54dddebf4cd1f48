import Torch

/// Eigenvalues, largest first, and eigenvectors of a real symmetric matrix, by libtorch's
/// `linalg.eigh` in float64.
///
/// The sign of each vector is fixed: the first component that is at least half as large as the
/// largest one is positive. Unlike "the largest is positive", near ties cannot turn it.
struct Eigenpairs {
    /// The eigenvalues, largest first.
    let values: [Double]
    /// Unit eigenvectors, one for each value.
    let vectors: [[Double]]

    /// - Parameters:
    ///   - matrix: `order * order` finite numbers, symmetric.
    ///   - wanted: How many of the largest to return; all if nil.
    /// - Throws: `FeatureError.noEigenvectors` with libtorch's reason.
    init(_ matrix: [Double], order: Int, wanted: Int? = nil) throws(FeatureError) {
        precondition(matrix.count == order * order, "the matrix is not order x order")
        precondition(
            matrix.allSatisfy(\.isFinite), "the matrix has an element that is not finite")
        let count = wanted ?? order
        // On one thread: how the solver shares its sums among several changes the last bits, and a table
        // of features may not depend on the machine's cores. At the orders of features it costs nothing.
        let threads = Runtime.threads
        Runtime.threads = 1
        defer { Runtime.threads = threads }
        do {
            // Grad mode is per thread, and the solver need not record anything on this one.
            (values, vectors) = try noGrad {
                let solved = try Tensor(matrix, [order, order]).eigh()
                // Smallest first, in columns: the wanted ones are the last columns, backwards.
                let rows = try solved.vectors.narrow(dim: 1, start: order - count, length: count)
                    .transposed(0, 1).flipped(dim: 0).values(Double.self)
                return (
                    try solved.values.values(Double.self).suffix(count).reversed(),
                    (0..<count).map { Self.signed(Array(rows[($0 * order)..<(($0 + 1) * order)])) }
                )
            }
        } catch {
            throw .noEigenvectors(order: order, reason: "\(error)")
        }
    }

    /// The vector or its opposite, whichever has the sign described above.
    static func signed(_ vector: [Double]) -> [Double] {
        let half = (vector.map(\.magnitude).max() ?? 0) / 2
        let leading = vector.first { $0.magnitude >= half } ?? 0
        return leading < 0 ? vector.map { -$0 } : vector
    }
}
