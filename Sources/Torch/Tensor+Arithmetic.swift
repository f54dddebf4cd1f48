import CTorch

extension Tensor {
    package static func + (a: Tensor, b: Tensor) throws -> Tensor {
        try make("add", a, b) { wt_add($0, a.handle, b.handle) }
    }
    package static func - (a: Tensor, b: Tensor) throws -> Tensor {
        try make("sub", a, b) { wt_sub($0, a.handle, b.handle) }
    }
    package static func * (a: Tensor, b: Tensor) throws -> Tensor {
        try make("mul", a, b) { wt_mul($0, a.handle, b.handle) }
    }
    package static func / (a: Tensor, b: Tensor) throws -> Tensor {
        try make("div", a, b) { wt_div($0, a.handle, b.handle) }
    }
    package static func * (a: Tensor, scale: Double) throws -> Tensor {
        try make("mul", a) { wt_affine($0, a.handle, scale, 0) }
    }
    package static func + (a: Tensor, shift: Double) throws -> Tensor {
        try make("add", a) { wt_affine($0, a.handle, 1, shift) }
    }

    /// Adds `alpha * other` in place.
    package func add_(_ other: Tensor, alpha: Double = 1) throws {
        try check("add_", [self, other]) { wt_add_(handle, other.handle, alpha) }
    }
    /// Multiplies in place.
    package func mul_(_ other: Tensor) throws {
        try check("mul_", [self, other]) { wt_mul_(handle, other.handle) }
    }
    /// Adds one to every element in place.
    package func increment_() throws {
        try check("add_", [self]) { wt_shift_(handle, 1) }
    }
    /// Sets every element.
    package func fill_(_ value: Double) throws {
        try check("fill_", [self]) { wt_fill_(handle, value) }
    }
    /// Copies another tensor's elements into this one, outside the gradient.
    package func copy_(_ source: Tensor) throws {
        try check("copy_", [self, source]) { wt_copy_(handle, source.handle) }
    }

    package func abs() throws -> Tensor { try make("abs", self) { wt_abs($0, handle) } }
    package func sqrt() throws -> Tensor { try make("sqrt", self) { wt_sqrt($0, handle) } }
    package func exp() throws -> Tensor { try make("exp", self) { wt_exp($0, handle) } }
    package func clamped(to range: ClosedRange<Double>) throws -> Tensor {
        try make("clamp", self) { wt_clamp($0, handle, range.lowerBound, range.upperBound) }
    }
    package func matmul(_ other: Tensor) throws -> Tensor {
        try make("matmul", self, other) { wt_matmul($0, handle, other.handle) }
    }

    /// X of A X = B, for this square matrix A (`torch.linalg.solve`).
    ///
    /// - Throws: `TorchError` for a matrix that is singular or not square, or another number of rows in B.
    package func solve(_ b: Tensor) throws -> Tensor {
        try make("linalg.solve", self, b) { wt_linalg_solve($0, handle, b.handle) }
    }

    /// Eigenvalues and eigenvectors of a real symmetric matrix (`torch.linalg.eigh`).
    ///
    /// - Returns: `values`, [n], smallest first, and `vectors`, [n, n], of length 1, one a column. The
    ///   sign of a vector is whatever the solver left.
    /// - Throws: `TorchError` for a tensor that is no square matrix or not of floating point. Only the
    ///   lower triangle is read: neither symmetry nor that all is finite is checked.
    package func eigh() throws -> (values: Tensor, vectors: Tensor) {
        var values: wt_tensor?
        var vectors: wt_tensor?
        try check("linalg.eigh", [self]) { wt_linalg_eigh(&values, &vectors, handle) }
        guard let values, let vectors else {
            throw TorchError(operation: "linalg.eigh", message: "libtorch returned nothing")
        }
        return (Tensor(handle: values), Tensor(handle: vectors))
    }

    /// Elementwise equality, as a bool tensor.
    package func equal(to other: Tensor) throws -> Tensor {
        try make("eq", self, other) { wt_equal_to($0, handle, other.handle) }
    }
    /// Sum of all elements.
    package func sum() throws -> Tensor { try make("sum", self) { wt_sum($0, handle) } }
    /// Mean of all elements.
    package func mean() throws -> Tensor { try make("mean", self) { wt_mean($0, handle) } }
    /// Sum along one dimension.
    package func sum(dim: Int, keepDim: Bool = false) throws -> Tensor {
        try make("sum", self) { wt_sum_dim($0, handle, Int64(dim), keepDim) }
    }
    /// Index of the largest element along one dimension (int64).
    package func argmax(dim: Int) throws -> Tensor {
        try make("argmax", self) { wt_argmax($0, handle, Int64(dim)) }
    }

    /// Whether no element is NaN or infinite.
    package func isAllFinite() throws -> Bool {
        var result = false
        try check("isfinite", [self]) { wt_all_finite(&result, handle) }
        return result
    }
    /// Whether shape, type and every bit of both are the same.
    package func isBitwiseEqual(to other: Tensor) throws -> Bool {
        var result = false
        try check("equal", [self, other]) { wt_bitwise_equal(&result, handle, other.handle) }
        return result
    }
    /// Number of elements that are not zero.
    package func countNonzero() throws -> Int {
        var result: Int64 = 0
        try check("count_nonzero", [self]) { wt_count_nonzero(&result, handle) }
        return Int(result)
    }
}
