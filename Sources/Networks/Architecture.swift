/// The residual networks that Winnow builds (He et al. 2016, table 1), by torchvision's names.
package enum Architecture: String, Codable, Sendable, CaseIterable {
    case resnet18
    case resnet34
    case resnet50

    /// Blocks in each of the four stages.
    package var blocks: [Int] {
        switch self {
        case .resnet18: [2, 2, 2, 2]
        case .resnet34, .resnet50: [3, 4, 6, 3]
        }
    }

    /// Whether its blocks are the 1x1 - 3x3 - 1x1 bottleneck.
    package var usesBottleneck: Bool { self == .resnet50 }

    /// Output channels of a block over its inner width.
    package var expansion: Int { usesBottleneck ? 4 : 1 }
}

/// What a named tensor of a network is for.
package enum TensorKind: Sendable {
    case convolution
    case normWeight
    case normBias
    case runningMean
    case runningVar
    case batchCount
    case linearWeight
    case linearBias

    /// Whether training changes it through its gradient.
    package var isParameter: Bool {
        switch self {
        case .convolution, .normWeight, .normBias, .linearWeight, .linearBias: true
        case .runningMean, .runningVar, .batchCount: false
        }
    }
}

/// Name, shape and kind of one tensor of an architecture.
package struct TensorSpec: Sendable {
    package let name: String
    package let shape: [Int]
    package let kind: TensorKind
}

extension Architecture {
    /// Every tensor of the network, in the order of torchvision's `state_dict()`.
    package func tensors(classes: Int) -> [TensorSpec] {
        var list: [TensorSpec] = []
        list += Self.convolution("conv1", 64, 3, 7) + Self.norm("bn1", 64)
        var channels = 64
        for (stage, count) in blocks.enumerated() {
            let width = 64 << stage
            for block in 0..<count {
                let path = "layer\(stage + 1).\(block)"
                list += blockTensors(
                    path, input: channels, width: width, stage: stage, block: block)
                channels = width * expansion
            }
        }
        list.append(TensorSpec(name: "fc.weight", shape: [classes, channels], kind: .linearWeight))
        list.append(TensorSpec(name: "fc.bias", shape: [classes], kind: .linearBias))
        return list
    }

    private func blockTensors(
        _ path: String, input: Int, width: Int, stage: Int, block: Int
    ) -> [TensorSpec] {
        let output = width * expansion
        let kernels = usesBottleneck ? [1, 3, 1] : [3, 3]
        let widths = usesBottleneck ? [width, width, output] : [width, width]
        var list: [TensorSpec] = []
        var channels = input
        for (index, (kernel, width)) in zip(kernels, widths).enumerated() {
            list += Self.convolution("\(path).conv\(index + 1)", width, channels, kernel)
            list += Self.norm("\(path).bn\(index + 1)", width)
            channels = width
        }
        if block == 0, stage > 0 || input != output {
            list += Self.convolution("\(path).downsample.0", output, input, 1)
            list += Self.norm("\(path).downsample.1", output)
        }
        return list
    }

    private static func convolution(_ path: String, _ o: Int, _ i: Int, _ k: Int) -> [TensorSpec] {
        [TensorSpec(name: "\(path).weight", shape: [o, i, k, k], kind: .convolution)]
    }

    private static func norm(_ path: String, _ channels: Int) -> [TensorSpec] {
        [
            TensorSpec(name: "\(path).weight", shape: [channels], kind: .normWeight),
            TensorSpec(name: "\(path).bias", shape: [channels], kind: .normBias),
            TensorSpec(name: "\(path).running_mean", shape: [channels], kind: .runningMean),
            TensorSpec(name: "\(path).running_var", shape: [channels], kind: .runningVar),
            TensorSpec(name: "\(path).num_batches_tracked", shape: [], kind: .batchCount),
        ]
    }
}
