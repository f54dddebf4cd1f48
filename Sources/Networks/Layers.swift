import Torch

/// A convolution without bias, as torchvision's residual networks use it. Weight [O, I, K, K].
package struct Conv2d {
    package let weight: Tensor
    package let stride: Int
    package let padding: Int

    /// Reads `path.weight`.
    package init(_ state: StateDictionary, _ path: String, stride: Int = 1) throws {
        weight = try state.require("\(path).weight")
        guard weight.rank == 4, weight.shape[2] == weight.shape[3] else {
            throw NetworkError("\(path).weight: expected [out, in, k, k], found \(weight.shape)")
        }
        self.stride = stride
        padding = weight.shape[2] / 2
    }

    package func callAsFunction(_ x: Tensor) throws -> Tensor {
        try conv2d(x, weight, stride: stride, padding: padding)
    }
}

/// Batch normalisation over channels (Ioffe & Szegedy 2015), with running statistics.
package struct BatchNorm2d {
    package let weight: Tensor
    package let bias: Tensor
    package let runningMean: Tensor
    package let runningVar: Tensor
    private let batches: Tensor?

    /// Reads `path.weight`, `.bias`, `.running_mean`, `.running_var` and, when there, `.num_batches_tracked`.
    package init(_ state: StateDictionary, _ path: String) throws {
        weight = try state.require("\(path).weight")
        bias = try state.require("\(path).bias")
        runningMean = try state.require("\(path).running_mean")
        runningVar = try state.require("\(path).running_var")
        batches = state["\(path).num_batches_tracked"]
    }

    package func callAsFunction(_ x: Tensor, training: Bool) throws -> Tensor {
        try track(training)
        return try batchNorm(
            x, weight: weight, bias: bias, runningMean: runningMean, runningVar: runningVar,
            training: training)
    }

    /// `relu(self(x) + residual)`, in fewer passes over memory.
    package func relu(_ x: Tensor, adding residual: Tensor? = nil, training: Bool) throws -> Tensor
    {
        try track(training)
        return try batchNormReLU(
            x, weight: weight, bias: bias, runningMean: runningMean, runningVar: runningVar,
            residual: residual, training: training)
    }

    private func track(_ training: Bool) throws {
        guard training, let batches else { return }
        try noGrad { try batches.increment_() }
    }
}

/// A fully connected layer. Weight [O, I], bias [O].
package struct Linear {
    package let weight: Tensor
    package let bias: Tensor

    /// Reads `path.weight` and `path.bias`.
    package init(_ state: StateDictionary, _ path: String) throws {
        weight = try state.require("\(path).weight")
        bias = try state.require("\(path).bias")
    }

    package func callAsFunction(_ x: Tensor) throws -> Tensor {
        try linear(x, weight, bias: bias)
    }
}
