import Datasets
import Models
import Torch

/// What a network sees in pictures, as rows of numbers: the input of its last layer.
package struct PictureFeatures {
    /// [N, features], float64.
    package let rows: Tensor

    package init(rows: Tensor) { self.rows = rows }

    /// - Parameter network: a network that scores classes; its last matrix product's input is taken.
    /// - Throws: `NetworkError` for a network without such a layer.
    package init(of subset: Subset, _ network: Model) throws {
        guard let last = network.graph.nodes.last(where: { ["Gemm", "MatMul"].contains($0.type) })
        else { throw NetworkError("it has no last layer whose input could be looked at") }
        let executor = try Executor(network)
        let maker = try BatchMaker(subset.store.preprocessing, batchSize: 32, device: .cpu)
        var rows: [Tensor] = []
        try noGrad {
            for start in stride(from: 0, to: subset.count, by: 32) {
                let samples = subset.samples[start..<min(start + 32, subset.count)]
                let (x, _) = try maker.fill(subset, samples)
                try executor.run(x, training: false) { name, value in
                    guard name == last.inputs[0] else { return }
                    rows.append(try value.reshaped([samples.count, -1]).to(dtype: .float64))
                }
            }
        }
        guard !rows.isEmpty else { throw NetworkError("the input of its last layer was not seen") }
        self.rows = try Tensor.cat(rows)
    }

    /// Mean, [1, features], and covariance, [features, features], over N - 1.
    func moments() throws -> (mean: Tensor, covariance: Tensor) {
        let count = rows.shape[0]
        let mean = try rows.reduced(.mean, over: [0], keepDim: true)
        let centred = try rows - mean
        let covariance =
            try centred.transposed(0, 1).matmul(centred) * (1 / Double(max(1, count - 1)))
        return (mean, covariance)
    }
}
