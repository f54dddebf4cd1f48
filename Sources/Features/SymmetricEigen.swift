/// Eigenvalues, largest first, and eigenvectors of a real symmetric matrix.
///
/// Householder reduction to tridiagonal form, then QL steps with implicit shifts (Golub & Van Loan,
/// Matrix Computations, 4th edition, sections 8.3.1 and 8.3.3). About 5 n^3 operations.
/// The sign of each vector is fixed: the first component that is at least half as large as the
/// largest one is positive. Unlike "the largest is positive", near ties cannot turn it.
struct SymmetricEigen {
    /// The eigenvalues, largest first.
    let values: [Double]
    /// Unit eigenvectors, one for each value.
    let vectors: [[Double]]

    /// - Parameters:
    ///   - matrix: `order * order` finite numbers, symmetric.
    ///   - wanted: How many of the largest to return; all if nil.
    init(_ matrix: [Double], order: Int, wanted: Int? = nil) {
        precondition(matrix.count == order * order, "the matrix is not order x order")
        // Scaled so that the largest element is 1: squares can then neither overflow nor vanish.
        let size = matrix.reduce(0) { max($0, $1.magnitude) }
        precondition(size.isFinite, "the matrix has an element that is not finite")
        var work = size > 0 ? matrix.map { $0 / size } : matrix
        var form = TridiagonalForm(order: order)
        work.withUnsafeMutableBufferPointer { form.reduce($0) }
        var turned = [Double](repeating: 0, count: order * order)
        turned.withUnsafeMutableBufferPointer { form.diagonalize($0) }
        let eigenvalues = form.diagonal
        let largest = eigenvalues.indices.sorted {
            (eigenvalues[$0], $1) > (eigenvalues[$1], $0)
        }.prefix(wanted ?? order)
        values = largest.map { eigenvalues[$0] * size }
        vectors = largest.map { index in
            var vector = Array(turned[(index * order)..<((index + 1) * order)])
            form.turnBack(&vector, work)
            return Self.signed(vector)
        }
    }

    /// The vector or its opposite, whichever has the sign described above.
    static func signed(_ vector: [Double]) -> [Double] {
        let half = (vector.map(\.magnitude).max() ?? 0) / 2
        let leading = vector.first { $0.magnitude >= half } ?? 0
        return leading < 0 ? vector.map { -$0 } : vector
    }
}
