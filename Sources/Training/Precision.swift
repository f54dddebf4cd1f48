import Models
import Torch

/// What a network computes in. Its weights, the optimiser and the running statistics are float32 always.
package enum Precision: String, Codable, Sendable, Hashable, CaseIterable {
    case float32
    /// bfloat16 where libtorch's autocast says so. It has float32's range: no loss is scaled.
    case mixed

    /// A batch's class scores and its loss, both float32.
    package func scores(
        _ network: Executor, _ x: Tensor, _ target: Tensor, training: Bool,
        reduction: Reduction = .mean
    ) throws -> (scores: Tensor, loss: Tensor) {
        try autocast(x.device, enabled: self == .mixed) {
            let scores = try network.forward(x, training: training).to(dtype: .float32)
            return (scores, try crossEntropy(scores, target, reduction: reduction))
        }
    }
}
