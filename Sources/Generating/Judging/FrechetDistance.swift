import Torch

/// How far two sets of features are apart as Gaussians: |m1 - m2|^2 + trace(C1 + C2 - 2 (C1 C2)^(1/2)) (Heusel et al.
/// 2017, eq. 6; "FID" where the features are Inception's, which these are not).
///
/// Biased upwards for few pictures: with fewer pictures than features compare only equal numbers.
package enum FrechetDistance {
    package static func between(_ a: PictureFeatures, _ b: PictureFeatures) throws -> Double {
        let ((m1, c1), (m2, c2)) = (try a.moments(), try b.moments())
        let difference = try m1 - m2
        let apart = try (difference * difference).sum().item()
        // trace((C1 C2)^(1/2)) = trace((R C2 R)^(1/2)) with R = C1^(1/2), which is symmetric.
        let root = try squareRoot(c1)
        let values = try root.matmul(c2).matmul(root).eigh().values
        let cross = try values.clamped(to: 0...Double.infinity).sqrt().sum().item()
        return try apart + c1.trace() + c2.trace() - 2 * cross
    }

    /// The square root of a symmetric matrix without negative eigenvalues (those below 0 are rounding).
    private static func squareRoot(_ matrix: Tensor) throws -> Tensor {
        let (values, vectors) = try matrix.eigh()
        let roots = try values.clamped(to: 0...Double.infinity).sqrt()
        return try (vectors * roots).matmul(vectors.transposed(0, 1))
    }
}

extension Tensor {
    /// The sum of a square matrix's diagonal.
    fileprivate func trace() throws -> Double {
        let n = shape[0]
        return try reshaped([n * n]).sliced(dim: 0, start: 0, end: n * n, step: n + 1).sum().item()
    }
}

/// How far two sets of features are apart by a kernel's means: the squared maximum mean discrepancy, unbiased, of
/// k(x, y) = (x y / d + 1)^3 over d features (Binkowski et al. 2018, "KID").
package enum KernelDistance {
    /// Over all pictures of both sets at once; below 0 by chance for sets that are alike.
    package static func between(_ a: PictureFeatures, _ b: PictureFeatures) throws -> Double {
        let (n, m) = (Double(a.rows.shape[0]), Double(b.rows.shape[0]))
        let within1 = try others(kernel(a.rows, a.rows)) / (n * (n - 1))
        let within2 = try others(kernel(b.rows, b.rows)) / (m * (m - 1))
        let across = try kernel(a.rows, b.rows).mean().item()
        return within1 + within2 - 2 * across
    }

    private static func kernel(_ a: Tensor, _ b: Tensor) throws -> Tensor {
        let product = try a.matmul(b.transposed(0, 1)) * (1 / Double(a.shape[1])) + 1
        return try product * product * product
    }

    /// The sum without the diagonal.
    private static func others(_ square: Tensor) throws -> Double {
        try square.sum().item() - square.trace()
    }
}
