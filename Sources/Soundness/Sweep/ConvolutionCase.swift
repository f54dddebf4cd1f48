/// One convolution that the sweep tries: shapes, how the memory lies, and the threads that share it.
package struct ConvolutionCase: Codable, Hashable, Sendable {
    /// Height and width of the kernel.
    package var kernel: Int
    package var stride: Int
    package var padding: Int
    /// 1 for an ordinary convolution; as many as channels for a depthwise one.
    package var groups: Int
    /// Input channels.
    package var channels: Int
    /// Output channels.
    package var filters: Int
    package var height: Int
    package var width: Int
    package var batch: Int
    package var threads: Int
    /// Memory in the order [N, H, W, C] instead of [N, C, H, W].
    package var isChannelsLast: Bool

    package var inputShape: [Int] { [batch, channels, height, width] }
    package var weightShape: [Int] { [filters, channels / groups, kernel, kernel] }
    package var outputShape: [Int] {
        [batch, filters, outputSide(height), outputSide(width)]
    }

    /// Multiplications of one direction.
    package var products: Int {
        outputShape.reduce(1, *) * weightShape[1] * kernel * kernel
    }

    private func outputSide(_ side: Int) -> Int { (side + 2 * padding - kernel) / stride + 1 }

    /// What sort of convolution this is: the rows of the sweep's table.
    package var kind: String {
        let shape = "\(kernel)x\(kernel) stride \(stride)"
        if groups == 1 { return shape }
        return shape + (groups == channels ? " depthwise" : " grouped")
    }
}

extension ConvolutionCase: CustomStringConvertible {
    package var description: String {
        "\(kind), padding \(padding), \(channels) to \(filters) channels, \(batch) of "
            + "\(height)x\(width), \(isChannelsLast ? "channels last" : "contiguous"), "
            + "\(threads) thread\(threads == 1 ? "" : "s")"
    }
}
