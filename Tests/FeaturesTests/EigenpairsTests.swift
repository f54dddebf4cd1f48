import Testing
import Torch

@testable import Features

@Suite struct EigenpairsTests {
    @Test func randomMatricesOfEverySmallOrder() throws {
        var random = TestRandom(state: 4)
        for order in 1...16 {
            var matrix = [Double](repeating: 0, count: order * order)
            for i in 0..<order {
                for j in 0...i {
                    let value = random.signed()
                    (matrix[i * order + j], matrix[j * order + i]) = (value, value)
                }
            }
            try expectEigen(matrix, order)
            let plain = jacobiValues(matrix, order)
            expectClose(try Eigenpairs(matrix, order: order).values, plain, 1e-12)
        }
    }

    @Test func degenerateMatrices() throws {
        let identity: [Double] = (0..<25).map { $0 % 6 == 0 ? 1 : 0 }
        let ones = [Double](repeating: 1, count: 25)
        let zero = [Double](repeating: 0, count: 25)
        var diagonal = zero
        for i in 0..<5 { diagonal[6 * i] = Double(i % 2) - 3 }
        for matrix in [identity, ones, zero, diagonal] {
            try expectEigen(matrix, 5)
            expectClose(try Eigenpairs(matrix, order: 5).values, jacobiValues(matrix, 5), 1e-12)
        }
        #expect(try Eigenpairs([], order: 0).values.isEmpty)
    }

    @Test func scaleDoesNotMatter() throws {
        let matrix = [2.0, -1, 0, -1, 2, -1, 0, -1, 2]
        let plain = try Eigenpairs(matrix, order: 3)
        for factor in [1e-200, 1e200] {
            let scaled = try Eigenpairs(matrix.map { $0 * factor }, order: 3)
            expectClose(scaled.values.map { $0 / factor }, plain.values, 1e-12)
            for (a, b) in zip(scaled.vectors, plain.vectors) { expectClose(a, b, 1e-12) }
        }
        expectClose(plain.values, [2 + 2.0.squareRoot(), 2, 2 - 2.0.squareRoot()], 1e-14)
    }

    @Test func onlyTheWantedOnesComeBack() throws {
        let matrix = [4.0, 1, 0, 1, 3, 1, 0, 1, 2]
        let all = try Eigenpairs(matrix, order: 3)
        let two = try Eigenpairs(matrix, order: 3, wanted: 2)
        #expect(two.values == Array(all.values.prefix(2)))
        #expect(two.vectors == Array(all.vectors.prefix(2)))
    }

    /// Bit for bit, and the setting is as it was.
    @Test func theNumberOfThreadsDoesNotMatter() throws {
        var random = TestRandom(state: 8)
        let order = 200
        let rows = (0..<order).map { _ in (0..<order).map { _ in random.signed() } }
        let matrix = (0..<order).flatMap { i in (0..<order).map { rows[i][$0] + rows[$0][i] } }
        let before = Runtime.threads
        defer { Runtime.threads = before }
        let found = try [1, 2, 3].map { threads in
            Runtime.threads = threads
            let eigen = try Eigenpairs(matrix, order: order, wanted: 5)
            #expect(Runtime.threads == threads)
            return eigen
        }
        for eigen in found {
            #expect(eigen.values == found[0].values && eigen.vectors == found[0].vectors)
        }
    }

    @Test func signsDoNotHangOnNearTies() {
        let third = 1 / 3.0.squareRoot()
        for change in [-1e-12, 1e-12] {
            let vector = [-third + change, third, -third]
            #expect(Eigenpairs.signed(vector)[0] > 0)
        }
        #expect(Eigenpairs.signed([-0.1, 0.9, -0.4])[1] > 0)
    }
}

/// `A v = value v`, orthonormal vectors, values from large to small.
private func expectEigen(_ matrix: [Double], _ order: Int) throws {
    let eigen = try Eigenpairs(matrix, order: order)
    #expect(eigen.values == eigen.values.sorted(by: >))
    for (i, vector) in eigen.vectors.enumerated() {
        let image = (0..<order).map { row in
            (0..<order).reduce(0.0) { $0 + matrix[row * order + $1] * vector[$1] }
        }
        expectClose(image, vector.map { $0 * eigen.values[i] }, 1e-12)
        for (j, other) in eigen.vectors.enumerated() {
            let product = zip(vector, other).reduce(0.0) { $0 + $1.0 * $1.1 }
            #expect(abs(product - (i == j ? 1 : 0)) < 1e-12)
        }
    }
}

/// The slow, plain oracle: Jacobi's rotations until nothing is left off the diagonal.
private func jacobiValues(_ matrix: [Double], _ n: Int) -> [Double] {
    var a = matrix
    for _ in 0..<40 {
        for p in 0..<n {
            for q in (p + 1)..<max(n, p + 1) where a[p * n + q] != 0 {
                let theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q])
                let sign = theta < 0 ? -1.0 : 1.0
                let t = sign / (theta.magnitude + (theta * theta + 1).squareRoot())
                let c = 1 / (t * t + 1).squareRoot()
                let s = t * c
                for k in 0..<n {
                    let (x, y) = (a[k * n + p], a[k * n + q])
                    (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y)
                }
                for k in 0..<n {
                    let (x, y) = (a[p * n + k], a[q * n + k])
                    (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y)
                }
            }
        }
    }
    return (0..<n).map { a[$0 * n + $0] }.sorted(by: >)
}
