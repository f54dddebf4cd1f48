import Torch

/// A residual network over a state dictionary (He, Zhang, Ren & Sun 2016, Deep Residual Learning).
///
/// The widths are those of the tensors: a network with filters physically removed is the same struct.
package struct ResNet {
    package let architecture: Architecture
    /// Its parameters and buffers; the layers below are views of them.
    package let state: StateDictionary
    private let conv1: Conv2d
    private let bn1: BatchNorm2d
    private let blocks: [any ResidualBlock]
    private let fc: Linear

    /// Builds the network on the given tensors.
    ///
    /// - Throws: `NetworkError` when a tensor is missing or its rank is wrong.
    package init(_ architecture: Architecture, _ state: StateDictionary) throws {
        self.architecture = architecture
        self.state = state
        conv1 = try Conv2d(state, "conv1", stride: 2)
        bn1 = try BatchNorm2d(state, "bn1")
        var blocks: [any ResidualBlock] = []
        for (stage, count) in architecture.blocks.enumerated() {
            for block in 0..<count {
                let path = "layer\(stage + 1).\(block)"
                let stride = stage > 0 && block == 0 ? 2 : 1
                blocks.append(
                    architecture.usesBottleneck
                        ? try Bottleneck(state, path, stride: stride)
                        : try BasicBlock(state, path, stride: stride))
            }
        }
        self.blocks = blocks
        fc = try Linear(state, "fc")
    }

    /// Class scores [N, classes] for pictures [N, 3, H, W].
    package func forward(_ x: Tensor, training: Bool) throws -> Tensor {
        try fc(features(x, training: training))
    }

    /// What the classifier sees: [N, channels of the last stage].
    package func features(_ x: Tensor, training: Bool) throws -> Tensor {
        var y = try bn1.relu(conv1(x), training: training)
        y = try maxPool2d(y, kernel: 3, stride: 2, padding: 1)
        for block in blocks { y = try block.forward(y, training: training) }
        return try globalAveragePool(y)
    }
}
