/// A symmetric matrix `A = Q T Q'` with T tridiagonal, and then diagonal.
struct TridiagonalForm {
    let order: Int
    /// The diagonal of T; the eigenvalues after `diagonalize`.
    private(set) var diagonal: [Double]
    /// Element i of the subdiagonal couples i and i + 1; the last is 0.
    private(set) var coupling: [Double]
    /// `2 / (v'v)` of each Householder reflection, 0 where none is needed.
    private var scale: [Double]

    init(order: Int) {
        self.order = order
        diagonal = Array(repeating: 0, count: order)
        coupling = diagonal
        scale = diagonal
    }

    /// Reflects away all but three diagonals; the reflection of step k stays in row k of `matrix`,
    /// right of the diagonal.
    mutating func reduce(_ matrix: UnsafeMutableBufferPointer<Double>) {
        guard order > 0, let start = matrix.baseAddress else { return }
        var product = [Double](repeating: 0, count: order)
        for k in 0..<order {
            let row = start + k * order
            diagonal[k] = row[k]
            guard k + 1 < order else { continue }
            let vector = row + k + 1
            let length = order - k - 1
            let norm = dot(vector, vector, length).squareRoot()
            let tail = length > 1 ? dot(vector + 1, vector + 1, length - 1) : 0
            guard tail > 0 else {
                coupling[k] = vector[0]
                continue
            }
            coupling[k] = vector[0] > 0 ? -norm : norm
            vector[0] -= coupling[k]
            scale[k] = 2 / dot(vector, vector, length)
            product.withUnsafeMutableBufferPointer {
                reflect(start, from: k + 1, vector, scale[k], $0.baseAddress.unsafelyUnwrapped)
            }
        }
    }

    /// `A <- H A H` with `H = 1 - scale v v'`, on the rows and columns from `first` on.
    private func reflect(
        _ start: UnsafeMutablePointer<Double>, from first: Int,
        _ vector: UnsafeMutablePointer<Double>, _ scale: Double,
        _ product: UnsafeMutablePointer<Double>
    ) {
        let length = order - first
        for i in 0..<length {
            product[i] = scale * dot(start + (first + i) * order + first, vector, length)
        }
        let shift = scale / 2 * dot(product, vector, length)
        for i in 0..<length { product[i] -= shift * vector[i] }
        for i in 0..<length {
            let row = start + (first + i) * order + first
            let (a, b) = (vector[i], product[i])
            for j in 0..<length { row[j] -= a * product[j] + b * vector[j] }
        }
    }

    /// Applies the reflections to an eigenvector of T, which makes it one of A.
    func turnBack(_ vector: inout [Double], _ matrix: [Double]) {
        vector.withUnsafeMutableBufferPointer { vector in
            guard let values = vector.baseAddress else { return }
            matrix.withUnsafeBufferPointer { matrix in
                for k in (0..<order).reversed() where scale[k] != 0 {
                    let reflection = UnsafeBufferPointer(
                        rebasing: matrix[(k * order + k + 1)..<((k + 1) * order)])
                    guard let start = reflection.baseAddress else { continue }
                    let amount = scale[k] * dot(values + k + 1, start, reflection.count)
                    for i in 0..<reflection.count { values[k + 1 + i] -= amount * start[i] }
                }
            }
        }
    }

    /// QL with implicit shifts; the rows of `vectors` become the eigenvectors of T.
    mutating func diagonalize(_ vectors: UnsafeMutableBufferPointer<Double>) {
        guard let start = vectors.baseAddress else { return }
        for i in 0..<order { start[i * order + i] = 1 }
        for first in 0..<order {
            while true {
                let last = end(ofBlockFrom: first)
                if last == first { break }
                step(first, last, start)
            }
        }
    }

    /// The last index coupled to `first`; couplings below rounding are cut.
    private mutating func end(ofBlockFrom first: Int) -> Int {
        for i in first..<(order - 1) {
            let size = diagonal[i].magnitude + diagonal[i + 1].magnitude
            if size + coupling[i].magnitude == size {
                coupling[i] = 0
                return i
            }
        }
        return order - 1
    }

    /// One QL sweep from `last` up to `first` with Wilkinson's shift.
    private mutating func step(_ first: Int, _ last: Int, _ vectors: UnsafeMutablePointer<Double>) {
        let half = (diagonal[first + 1] - diagonal[first]) / (2 * coupling[first])
        let root = hypotenuse(half, 1)
        let shift =
            diagonal[first] - coupling[first] / (half + (half < 0 ? -root : root))
        var x = diagonal[last] - shift
        var (sine, cosine, carry) = (1.0, 1.0, 0.0)
        for i in stride(from: last - 1, through: first, by: -1) {
            let (f, b) = (sine * coupling[i], cosine * coupling[i])
            let length = hypotenuse(f, x)
            coupling[i + 1] = length
            guard length > 0 else {
                diagonal[i + 1] -= carry
                coupling[last] = 0
                return
            }
            (sine, cosine) = (f / length, x / length)
            let y = diagonal[i + 1] - carry
            let z = (diagonal[i] - y) * sine + 2 * cosine * b
            carry = sine * z
            diagonal[i + 1] = y + carry
            x = cosine * z - b
            rotate(vectors + i * order, vectors + (i + 1) * order, cosine, sine)
        }
        diagonal[first] -= carry
        coupling[first] = x
        coupling[last] = 0
    }

    /// `(upper, lower) <- (c upper - s lower, s upper + c lower)`.
    private func rotate(
        _ upper: UnsafeMutablePointer<Double>, _ lower: UnsafeMutablePointer<Double>,
        _ cosine: Double, _ sine: Double
    ) {
        for k in 0..<order {
            let (a, b) = (upper[k], lower[k])
            upper[k] = cosine * a - sine * b
            lower[k] = sine * a + cosine * b
        }
    }
}

/// The length of (a, b) without overflow.
private func hypotenuse(_ a: Double, _ b: Double) -> Double {
    let (large, small) = (max(a.magnitude, b.magnitude), min(a.magnitude, b.magnitude))
    guard large > 0 else { return 0 }
    let ratio = small / large
    return large * (1 + ratio * ratio).squareRoot()
}
