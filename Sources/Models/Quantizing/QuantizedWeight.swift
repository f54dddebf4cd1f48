import Formats
import Foundation

/// A weight as whole numbers of 8 bits with one scale a channel: `w ~ scale[c] * q`, zero at 0.
///
/// Symmetric, as ONNX's QuantizeLinear rounds: to the nearest, ties to the even number. The scale of a channel
/// is its largest absolute value over `levels` (Krishnamoorthi 2018, Quantizing deep convolutional networks for
/// efficient inference, section 2.2), and at least so large that the channel's bias fits into 32 bits.
package struct QuantizedWeight: Sendable, Equatable {
    package let shape: Shape
    /// The dimension that the channels lie along.
    package let axis: Int
    /// Row-major.
    package let values: [Int8]
    /// One a channel, above zero.
    package let scales: [Float]
    /// The bias over (scale of the input * scale of the channel); nil without one.
    package let bias: [Int32]?

    /// - Parameters:
    ///   - levels: the largest whole number: 127, or 63 where sums of two products of 8 bits must fit into 16
    ///     (x86 processors without VNNI).
    ///   - inputScale: that of what the weight meets, by which the bias is scaled too.
    package init(
        _ weight: [Float], shape: Shape, axis: Int, levels: Int = 127, inputScale: Float = 1,
        bias: [Float]? = nil
    ) {
        let channels = shape[axis]
        let inner = shape[(axis + 1)...].reduce(1, *)
        var largest = [Float](repeating: 0, count: channels)
        for (place, value) in weight.enumerated() {
            let channel = place / inner % channels
            largest[channel] = max(largest[channel], abs(value))
        }
        let scales = (0..<channels).map { channel -> Float in
            let least = abs(bias?[channel] ?? 0) / inputScale / Float(1 << 30)
            let scale = max(largest[channel] / Float(levels), least)
            // A product of scales must stay a normal number; a channel of zeros needs any scale.
            return scale > 0 ? max(scale, 1e-30 / min(1, inputScale)) : 1
        }
        let limit = Float(levels)
        values = weight.enumerated().map { place, value in
            let scaled = (value / scales[place / inner % channels]).rounded(.toNearestOrEven)
            return Int8(min(limit, max(-limit, scaled)))
        }
        self.bias = bias.map { bias in
            zip(bias, scales).map { value, scale in
                Int32((Double(value) / Double(inputScale * scale)).rounded(.toNearestOrEven))
            }
        }
        (self.shape, self.axis, self.scales) = (shape, axis, scales)
    }

    /// What DequantizeLinear makes of it, row-major.
    package var dequantized: [Float] {
        let inner = shape[(axis + 1)...].reduce(1, *)
        return values.enumerated().map { place, value in
            Float(value) * scales[place / inner % scales.count]
        }
    }

    /// The whole numbers as they go to a file.
    var tensor: HostTensor {
        HostTensor(dtype: .int8, shape: shape, bytes: values.withUnsafeBytes { Data($0) })
    }
}
