import Networks
import Torch

/// The filters of one convolution with the batch norm after it: which are zero, and which are
/// silent.
struct FilterChannels {
    /// The tensors of a batch norm with an element a channel.
    static let normParts = ["weight", "bias", "running_mean", "running_var"]

    let name: String
    let filters: Int
    /// Filters whose weights are all zero, in order.
    let zero: [Int]
    /// Those of them whose channel is 0 after the ReLU, in evaluation.
    let silent: [Int]

    /// - Throws: `NetworkError` when a tensor is missing, `PruningError` when shapes do not fit
    ///   together.
    init(_ site: ConvolutionSite, in state: StateDictionary) throws {
        let weight = try state.require(site.weight)
        guard weight.rank == 4, weight.dtype == .float32 else {
            throw PruningError(
                "'\(site.weight)' is \(weight.dtype) \(weight.shape): expected float32 "
                    + "[out, in, k, k]")
        }
        let filters = weight.shape[0]
        let norm = try Self.normParts.map { part in
            let tensor = try state.require("\(site.norm).\(part)")
            guard tensor.shape == [filters] else {
                throw PruningError(
                    "'\(site.norm).\(part)' is \(tensor.shape), but '\(site.weight)' has "
                        + "\(filters) filters")
            }
            return try tensor.values(Double.self)
        }
        let values = try weight.values(Float.self)
        let length = weight.shape[1...].reduce(1, *)
        zero = (0..<filters).filter { filter in
            values[(filter * length)..<((filter + 1) * length)].allSatisfy { $0 == 0 }
        }
        silent = zero.filter { filter in
            let scale = norm[0][filter] / (norm[3][filter] + 1e-5).squareRoot()
            return norm[1][filter] - norm[2][filter] * scale <= 0
        }
        name = site.weight
        self.filters = filters
    }
}
