import CTorch

/// 2-D convolution: `x` [N, C, H, W], `weight` [O, C / groups, K, K], `bias` [O]. As torch.nn.functional.
package func conv2d(
    _ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    groups: Int = 1
) throws -> Tensor {
    try make("conv2d", x, weight, bias) {
        wt_conv2d(
            $0, nil, x.handle, weight.handle, bias?.handle, Int64(stride), Int64(padding),
            Int64(groups))
    }
}

/// `conv2d`, and `x` for whoever reads it next: the gradient of that is then added to, where two would be made
/// and summed.
package func conv2dPassingOn(
    _ x: Tensor, _ weight: Tensor, bias: Tensor?, stride: Int, padding: Int, groups: Int
) throws -> (y: Tensor, x: Tensor) {
    var passed: wt_tensor?
    let y = try make("conv2d", x, weight, bias) {
        wt_conv2d(
            $0, &passed, x.handle, weight.handle, bias?.handle, Int64(stride), Int64(padding),
            Int64(groups))
    }
    return (y, passed.map { Tensor(handle: $0) } ?? x)
}

/// Weights of a convolution that do not change any more, in the orders in which kernels read them.
///
/// They are brought into an order when it is first asked for; whoever changes the weights after that
/// needs another one.
package final class FrozenWeights: @unchecked Sendable {
    private let handle = wt_freeze()

    package init() {}

    deinit { wt_unfreeze(handle) }

    /// `conv2d` of `x` with always the same `weight`, without gradients; `residual`, of the output's shape,
    /// is added, and the sum limited, in the same pass over memory.
    package func conv2d(
        _ x: Tensor, _ weight: Tensor, bias: Tensor?, residual: Tensor?, limits: ClosedRange<Float>,
        stride: Int, padding: Int, groups: Int
    ) throws -> Tensor {
        try make("conv2d", x, weight, bias, residual) {
            wt_conv2d_frozen(
                $0, handle, x.handle, weight.handle, bias?.handle, residual?.handle,
                limits.lowerBound, limits.upperBound, Int64(stride), Int64(padding), Int64(groups))
        }
    }
}

/// The same convolution by libtorch's own code, whatever it picks: what `conv2d` is compared with.
package func libraryConv2d(
    _ x: Tensor, _ weight: Tensor, stride: Int = 1, padding: Int = 0, groups: Int = 1
) throws -> Tensor {
    try make("conv2d", x, weight) {
        wt_library_conv2d(
            $0, x.handle, weight.handle, Int64(stride), Int64(padding), Int64(groups))
    }
}

/// Batch normalisation over [N, C, ...]; in training it moves the running statistics along.
package func batchNorm(
    _ x: Tensor, weight: Tensor?, bias: Tensor?, runningMean: Tensor?, runningVar: Tensor?,
    training: Bool, momentum: Double = 0.1, eps: Double = 1e-5
) throws -> Tensor {
    try make("batch_norm", x, weight, bias) {
        wt_batch_norm(
            $0, x.handle, weight?.handle, bias?.handle, runningMean?.handle, runningVar?.handle,
            training, momentum, eps)
    }
}

/// `relu(batchNorm(x) + residual)` in two passes over memory where the CPU allows it.
package func batchNormReLU(
    _ x: Tensor, weight: Tensor, bias: Tensor, runningMean: Tensor, runningVar: Tensor,
    residual: Tensor? = nil, training: Bool, momentum: Double = 0.1, eps: Double = 1e-5
) throws -> Tensor {
    try make("batch_norm_relu", x, weight, residual) {
        wt_batch_norm_relu(
            $0, x.handle, weight.handle, bias.handle, runningMean.handle, runningVar.handle,
            residual?.handle, training, momentum, eps)
    }
}

/// `maxPool2d(batchNormReLU(x))` in training, in fewer passes over memory where the CPU allows it.
package func batchNormReLUMaxPool(
    _ x: Tensor, weight: Tensor, bias: Tensor, runningMean: Tensor, runningVar: Tensor, kernel: Int,
    stride: Int, padding: Int, momentum: Double = 0.1, eps: Double = 1e-5
) throws -> Tensor {
    try make("batch_norm_relu_max_pool", x, weight) {
        wt_batch_norm_relu_pool(
            $0, x.handle, weight.handle, bias.handle, runningMean.handle, runningVar.handle,
            Int64(kernel), Int64(stride), Int64(padding), momentum, eps)
    }
}

/// `x` [N, I] times `weight` [O, I] transposed, plus `bias` [O].
package func linear(_ x: Tensor, _ weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
    try make("linear", x, weight, bias) { wt_linear($0, x.handle, weight.handle, bias?.handle) }
}

package func relu(_ x: Tensor) throws -> Tensor { try make("relu", x) { wt_relu($0, x.handle) } }
package func sigmoid(_ x: Tensor) throws -> Tensor {
    try make("sigmoid", x) { wt_sigmoid($0, x.handle) }
}
package func tanh(_ x: Tensor) throws -> Tensor { try make("tanh", x) { wt_tanh($0, x.handle) } }

/// `max(0, x) + slope * min(0, x)` with one slope a channel.
package func prelu(_ x: Tensor, _ slope: Tensor) throws -> Tensor {
    try make("prelu", x, slope) { wt_prelu($0, x.handle, slope.handle) }
}

package func softmax(_ x: Tensor, dim: Int) throws -> Tensor {
    try make("softmax", x) { wt_softmax($0, x.handle, Int64(dim)) }
}

package func maxPool2d(
    _ x: Tensor, kernel: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false
) throws -> Tensor {
    try make("max_pool2d", x) {
        wt_max_pool2d($0, x.handle, Int64(kernel), Int64(stride), Int64(padding), ceilMode)
    }
}

/// How a loss over a batch becomes one number.
package enum Reduction: Sendable {
    case mean
    case sum
}

/// Softmax cross-entropy of `logits` [N, C] against class indices `target` [N] (int64).
package func crossEntropy(
    _ logits: Tensor, _ target: Tensor, reduction: Reduction = .mean
) throws -> Tensor {
    try make("cross_entropy", logits, target) {
        wt_cross_entropy($0, logits.handle, target.handle, reduction == .sum)
    }
}
