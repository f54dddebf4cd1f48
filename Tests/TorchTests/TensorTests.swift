import Testing

@testable import Torch

@Suite struct TensorTests {
    @Test func arithmeticMatchesPlainLoops() throws {
        let a = try Tensor([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
        let b = try Tensor([6, 5, 4, 3, 2, 1] as [Float], [2, 3])
        #expect(try (a + b).values() as [Float] == [7, 7, 7, 7, 7, 7])
        #expect(try (a - b).values() as [Float] == [-5, -3, -1, 1, 3, 5])
        #expect(try (a * b).values() as [Float] == [6, 10, 12, 12, 10, 6])
        #expect(try a.sum(dim: 1).values() as [Float] == [6, 15])
        #expect(try a.transposed(0, 1).values() as [Float] == [1, 4, 2, 5, 3, 6])
        #expect(try (a * 2 + 1).values() as [Float] == [3, 5, 7, 9, 11, 13])
        #expect(try (a * 1).values() as [Float] == [1, 2, 3, 4, 5, 6])
        #expect(try (a + 0).values() as [Float] == [1, 2, 3, 4, 5, 6])
    }

    /// A x = b for a matrix with pivots to exchange, and refusals.
    @Test func systemsAreSolved() throws {
        let a = try Tensor([0, 2, 1, 1, 1, 0, 3, 0, -1] as [Double], [3, 3])
        let x = try Tensor([1, -2, 3, 0.5, 4, -1] as [Double], [3, 2])
        let found = try a.solve(a.matmul(x)).values(Double.self)
        for (one, expected) in zip(found, try x.values(Double.self)) {
            #expect(abs(one - expected) < 1e-12)
        }
        let singular = try Tensor([1, 2, 2, 4] as [Double], [2, 2])
        #expect(throws: TorchError.self) {
            try singular.solve(Tensor([1, 1] as [Double], [2, 1]))
        }
        #expect(throws: TorchError.self) { try a.solve(Tensor([1, 1] as [Double], [2, 1])) }
    }

    /// `A v = value v` by hand, values from small to large, and what is no matrix to solve.
    @Test func eigenvectorsOfASymmetricMatrix() throws {
        let matrix = [2.0, -1, 0, -1, 2, -1, 0, -1, 2]
        let (values, vectors) = try Tensor(matrix, [3, 3]).eigh()
        let (found, columns) = (try values.values(Double.self), try vectors.values(Double.self))
        for (value, wanted) in zip(found, [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()]) {
            #expect(abs(value - wanted) < 1e-14)
        }
        for index in 0..<3 {
            let vector = (0..<3).map { columns[3 * $0 + index] }
            for row in 0..<3 {
                let image = (0..<3).reduce(0) { $0 + matrix[3 * row + $1] * vector[$1] }
                #expect(abs(image - found[index] * vector[row]) < 1e-14)
            }
        }
        #expect(throws: TorchError.self) { try Tensor(matrix, [1, 9]).eigh() }
        #expect(throws: TorchError.self) { try Tensor([Int64(1)], [1, 1]).eigh() }
    }

    @Test func aWrongShapeIsAnErrorWithOperationAndShapes() throws {
        let a = try Tensor.zeros([2, 3])
        let b = try Tensor.zeros([4, 5])
        let error = #expect(throws: TorchError.self) { _ = try a.matmul(b) }
        #expect(error?.operation == "matmul")
        #expect(error?.shapes == [[2, 3], [4, 5]])
        #expect(error?.description.contains("2x3") == true)
    }

    @Test func bytesOfTheWrongCountAreRefused() {
        #expect(throws: TorchError.self) {
            try Tensor(bytes: [1, 2, 3], shape: [1], dtype: .float32)
        }
    }

    @Test func gradientOfASquareIsTwiceTheValue() throws {
        let x = try Tensor([1, -2, 3] as [Float], [3]).requiresGrad_()
        try (x * x).sum().backward()
        #expect(try x.grad?.values() as [Float]? == [2, -4, 6])
        try x.clearGrad()
        #expect(x.grad == nil)
    }

    @Test func noGradRestoresTheModeAfterAnError() throws {
        struct Stop: Error {}
        #expect(isGradEnabled)
        try? noGrad { throw Stop() }
        #expect(isGradEnabled)
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        let a = try Tensor.randn([100], Generator(seed: 7))
        let b = try Tensor.randn([100], Generator(seed: 7))
        let c = try Tensor.randn([100], Generator(seed: 8))
        #expect(try a.isBitwiseEqual(to: b))
        #expect(try !a.isBitwiseEqual(to: c))
    }
}
