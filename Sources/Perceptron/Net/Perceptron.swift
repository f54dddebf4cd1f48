import Core

/// How many inputs, hidden units and outputs a net has: 10-30-7 in the paper (section 2.3).
package struct Shape: Sendable, Hashable, Codable, CustomStringConvertible {
    package var inputs: Int
    package var hidden: Int
    package var outputs: Int

    package init(inputs: Int, hidden: Int, outputs: Int) {
        self.inputs = inputs
        self.hidden = hidden
        self.outputs = outputs
    }

    /// Written as the paper writes it: `10-30-7`.
    package var description: String { "\(inputs)-\(hidden)-\(outputs)" }
}

/// A feed-forward net with one hidden layer: logits = V f(W x + b) + c, class scores by softmax.
///
/// Weights are kept as PyTorch keeps them in `Linear`: one row for each unit that receives.
package struct Perceptron: Sendable, Equatable {
    package let shape: Shape
    package let activation: Activation
    /// W, `[hidden][inputs]`.
    package var hiddenWeights: [Float]
    /// b, `[hidden]`.
    package var hiddenBias: [Float]
    /// V, `[outputs][hidden]`.
    package var outputWeights: [Float]
    /// c, `[outputs]`.
    package var outputBias: [Float]

    /// A net with every weight zero.
    package init(shape: Shape, activation: Activation) {
        self.shape = shape
        self.activation = activation
        hiddenWeights = Array(repeating: 0, count: shape.hidden * shape.inputs)
        hiddenBias = Array(repeating: 0, count: shape.hidden)
        outputWeights = Array(repeating: 0, count: shape.outputs * shape.hidden)
        outputBias = Array(repeating: 0, count: shape.outputs)
    }

    /// A net with PyTorch's default start for `Linear`: every weight and bias of a layer uniform on
    /// +-1 / sqrt(inputs of that layer).
    package init(shape: Shape, activation: Activation, seed: UInt64) {
        self.init(shape: shape, activation: activation)
        var generator = SplitMix64(seed: seed, stream: 1)
        func draw(_ values: inout [Float], fanIn: Int) {
            let bound = 1 / Float(max(fanIn, 1)).squareRoot()
            for index in values.indices {
                values[index] = (2 * generator.uniform() - 1) * bound
            }
        }
        draw(&hiddenWeights, fanIn: shape.inputs)
        draw(&hiddenBias, fanIn: shape.inputs)
        draw(&outputWeights, fanIn: shape.hidden)
        draw(&outputBias, fanIn: shape.hidden)
    }

    /// Whether every weight is a number; a diverged training leaves infinities and NaN.
    package var isFinite: Bool {
        [hiddenWeights, hiddenBias, outputWeights, outputBias]
            .allSatisfy { $0.allSatisfy(\.isFinite) }
    }
}
