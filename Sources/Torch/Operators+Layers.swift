import CTorch

/// Steps of a window over height and width, each value for both.
package struct Window: Sendable, Equatable {
    package var stride: [Int]
    package var padding: [Int]
    package var dilation: [Int]

    package init(stride: [Int] = [1, 1], padding: [Int] = [0, 0], dilation: [Int] = [1, 1]) {
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
    }
}

/// 2-D convolution with any window; transposed, the weight is [C, O / groups, K, K].
package func convolution(
    _ x: Tensor, _ weight: Tensor, bias: Tensor?, window: Window, groups: Int,
    transposed: Bool = false, outputPadding: [Int] = [0, 0]
) throws -> Tensor {
    try make("convolution", x, weight, bias) {
        wt_convolution(
            $0, x.handle, weight.handle, bias?.handle, sizes(window.stride),
            sizes(window.padding), sizes(window.dilation), sizes(outputPadding), transposed,
            Int64(groups))
    }
}

package func maxPool(
    _ x: Tensor, kernel: [Int], window: Window, ceilMode: Bool
) throws -> Tensor {
    try make("max_pool2d", x) {
        wt_max_pool(
            $0, x.handle, sizes(kernel), sizes(window.stride), sizes(window.padding),
            sizes(window.dilation), ceilMode)
    }
}

package func averagePool(
    _ x: Tensor, kernel: [Int], window: Window, ceilMode: Bool, countPadding: Bool
) throws -> Tensor {
    try make("avg_pool2d", x) {
        wt_avg_pool(
            $0, x.handle, sizes(kernel), sizes(window.stride), sizes(window.padding), ceilMode,
            countPadding)
    }
}

/// Pads as torch.nn.functional.pad: before and after the last dimension first.
package func pad(
    _ x: Tensor, _ pads: [Int], mode: String = "constant", value: Double = 0
) throws -> Tensor {
    try make("pad", x) { wt_pad($0, x.handle, sizes(pads), Int32(pads.count), mode, value) }
}

/// Layer normalisation over the last dimensions, of sizes `shape` (Ba, Kiros & Hinton 2016).
package func layerNorm(
    _ x: Tensor, shape: [Int], weight: Tensor?, bias: Tensor?, eps: Double
) throws -> Tensor {
    try make("layer_norm", x, weight, bias) {
        wt_layer_norm(
            $0, x.handle, sizes(shape), Int32(shape.count), weight?.handle, bias?.handle, eps)
    }
}

/// Group normalisation over channels in `groups` (Wu & He 2018); one group a channel is instance norm.
package func groupNorm(
    _ x: Tensor, groups: Int, weight: Tensor?, bias: Tensor?, eps: Double
) throws -> Tensor {
    try make("group_norm", x, weight, bias) {
        wt_group_norm($0, x.handle, Int64(groups), weight?.handle, bias?.handle, eps)
    }
}

/// `x < 0 ? slope * x : x`.
package func leakyReLU(_ x: Tensor, slope: Double) throws -> Tensor {
    try make("leaky_relu", x) { wt_leaky_relu($0, x.handle, slope) }
}

/// `x < 0 ? alpha * (exp(x) - 1) : x`.
package func elu(_ x: Tensor, alpha: Double) throws -> Tensor {
    try make("elu", x) { wt_elu($0, x.handle, alpha) }
}

/// [N, C * f * f, H, W] to [N, C, H * f, W * f].
package func pixelShuffle(_ x: Tensor, factor: Int) throws -> Tensor {
    try make("pixel_shuffle", x) { wt_pixel_shuffle($0, x.handle, Int64(factor)) }
}

/// Pictures [N, C, H, W] at another size, as torch.nn.functional.interpolate.
package func resize(
    _ x: Tensor, height: Int, width: Int, mode: ResizeMode, alignCorners: Bool = false
) throws -> Tensor {
    try make("interpolate", x) {
        wt_resize(
            $0, x.handle, Int64(height), Int64(width), Int32(mode.code.rawValue), alignCorners)
    }
}

/// Zeroes elements with probability `ratio`, and scales the others so that the mean stays.
package func dropout(_ x: Tensor, ratio: Double, _ generator: Generator) throws -> Tensor {
    try make("dropout", x) { wt_dropout($0, x.handle, ratio, generator.handle) }
}
