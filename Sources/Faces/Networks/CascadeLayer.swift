import CFaces

/// One layer of a network: a square convolution without padding, then PReLU.
///
/// A fully connected layer is a convolution as large as its input. Weights are kept as the loops of
/// `CFaces` want them: [row][column][input][output], outputs padded with zeros to a multiple of 16.
final class CascadeLayer: @unchecked Sendable {
    /// How a weight lies in the file.
    enum Order {
        /// [outputs, inputs, rows, columns], as a convolution has it.
        case convolution
        /// [outputs, columns * rows * inputs], as the published nets flatten features before the first
        /// fully connected layer.
        case flattened(side: Int)
    }

    /// Channels that come in.
    let inputs: Int
    /// Channels that go out: as in the file, and padded.
    let outputs: Int
    let paddedOutputs: Int
    /// Rows and columns seen.
    let kernel: Int
    /// Points into `memory`, which nothing writes to after `init`: hence Sendable.
    private let layer: wf_layer
    private let memory: UnsafeMutablePointer<Float>

    /// Reads `path.weight`, `path.bias` and, unless nil, the PReLU's `prelu.weight`.
    ///
    /// Several paths become one layer, outputs end to end (the heads of a network).
    init(
        _ weights: NetworkWeights, _ paths: String..., prelu: String?, order: Order = .convolution
    ) throws {
        let kernels = try paths.map { try weights.array("\($0).weight") }
        let bias = try paths.flatMap { try weights.array("\($0).bias").values }
        let shape = kernels[0].shape
        if case .flattened(let side) = order {
            kernel = side
        } else {
            kernel = shape.count > 2 ? shape[2] : 1
        }
        outputs = bias.count
        paddedOutputs = (outputs + 15) / 16 * 16
        inputs = shape.dropFirst().reduce(1, *) / (kernel * kernel)
        let taps = kernel * kernel * inputs
        memory = .allocate(capacity: (taps + 2) * paddedOutputs)
        memory.initialize(repeating: 0, count: (taps + 2) * paddedOutputs)
        let biases = memory + taps * paddedOutputs
        let slopes = biases + paddedOutputs
        layer = wf_layer(
            kernel: Int32(kernel), inputs: Int32(inputs), outputs: Int32(paddedOutputs),
            weight: memory, bias: biases, slope: slopes)
        let slope = try prelu.map { try weights.array("\($0).weight").values }
        for output in 0..<outputs {
            biases[output] = bias[output]
            slopes[output] = slope?[output] ?? 1
        }
        fill(kernels.flatMap(\.values), order)
    }

    deinit {
        memory.deallocate()
    }

    private func fill(_ values: [Float], _ order: Order) {
        for output in 0..<outputs {
            for row in 0..<kernel {
                for column in 0..<kernel {
                    for input in 0..<inputs {
                        let from =
                            switch order {
                            case .convolution:
                                ((output * inputs + input) * kernel + row) * kernel + column
                            case .flattened:
                                ((output * kernel + column) * kernel + row) * inputs + input
                            }
                        let to = ((row * kernel + column) * inputs + input) * paddedOutputs + output
                        memory[to] = values[from]
                    }
                }
            }
        }
    }

    /// One output row of `width` pixels from the input rows that start at `row`.
    func row(
        _ row: Int, of input: FeatureRows, width: Int, _ kernels: wf_kernels,
        into out: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: layer) { layer in
            kernels.convolve(layer, input.rows(row, kernel), Int32(width), out)
        }
    }

    /// The whole output map; `input` holds all of its rows.
    func callAsFunction(_ input: FeatureRows, _ kernels: wf_kernels, into out: FeatureRows) {
        let (height, width) = (input.height - kernel + 1, input.width - kernel + 1)
        out.reshape(height: height, width: width, channels: paddedOutputs)
        for y in 0..<height {
            row(y, of: input, width: width, kernels, into: out.row(y))
        }
    }
}
