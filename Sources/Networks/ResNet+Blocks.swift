import Torch

/// A block whose input is added to its output.
protocol ResidualBlock {
    func forward(_ x: Tensor, training: Bool) throws -> Tensor
}

/// The 1x1 convolution that brings the input to the output's size, where they differ.
struct Downsample {
    let conv: Conv2d
    let norm: BatchNorm2d

    init?(_ state: StateDictionary, _ path: String, stride: Int) throws {
        guard state["\(path).downsample.0.weight"] != nil else { return nil }
        conv = try Conv2d(state, "\(path).downsample.0", stride: stride)
        norm = try BatchNorm2d(state, "\(path).downsample.1")
    }

    func callAsFunction(_ x: Tensor, training: Bool) throws -> Tensor {
        try norm(conv(x), training: training)
    }
}

/// Two 3x3 convolutions (ResNet-18 and 34).
struct BasicBlock: ResidualBlock {
    let conv1: Conv2d
    let bn1: BatchNorm2d
    let conv2: Conv2d
    let bn2: BatchNorm2d
    let downsample: Downsample?

    init(_ state: StateDictionary, _ path: String, stride: Int) throws {
        conv1 = try Conv2d(state, "\(path).conv1", stride: stride)
        bn1 = try BatchNorm2d(state, "\(path).bn1")
        conv2 = try Conv2d(state, "\(path).conv2")
        bn2 = try BatchNorm2d(state, "\(path).bn2")
        downsample = try Downsample(state, path, stride: stride)
    }

    func forward(_ x: Tensor, training: Bool) throws -> Tensor {
        let inner = try bn1.relu(conv1(x), training: training)
        let identity = try downsample?(x, training: training) ?? x
        return try bn2.relu(conv2(inner), adding: identity, training: training)
    }
}

/// 1x1, 3x3 and 1x1 convolutions, the stride on the 3x3 as in torchvision (ResNet-50).
struct Bottleneck: ResidualBlock {
    let conv1: Conv2d
    let bn1: BatchNorm2d
    let conv2: Conv2d
    let bn2: BatchNorm2d
    let conv3: Conv2d
    let bn3: BatchNorm2d
    let downsample: Downsample?

    init(_ state: StateDictionary, _ path: String, stride: Int) throws {
        conv1 = try Conv2d(state, "\(path).conv1")
        bn1 = try BatchNorm2d(state, "\(path).bn1")
        conv2 = try Conv2d(state, "\(path).conv2", stride: stride)
        bn2 = try BatchNorm2d(state, "\(path).bn2")
        conv3 = try Conv2d(state, "\(path).conv3")
        bn3 = try BatchNorm2d(state, "\(path).bn3")
        downsample = try Downsample(state, path, stride: stride)
    }

    func forward(_ x: Tensor, training: Bool) throws -> Tensor {
        var y = try bn1.relu(conv1(x), training: training)
        y = try bn2.relu(conv2(y), training: training)
        let identity = try downsample?(x, training: training) ?? x
        return try bn3.relu(conv3(y), adding: identity, training: training)
    }
}
