import Comparing
import Testing

@testable import Torch

/// Batch norm, ReLU and max pooling in one node against libtorch's own operations, and convolutions that pass their
/// picture on against the sum of two gradients.
@Suite struct FusedPoolTests {
    @Test(
        arguments: [[2, 5, 9, 8], [1, 64, 33, 31], [8, 16, 20, 20], [2, 3, 4, 4]],
        [(3, 2, 1), (2, 2, 0)])
    func valuesGradientsAndRunningStatisticsAgree(
        shape: [Int], window: (kernel: Int, stride: Int, padding: Int)
    ) throws {
        for channelsLast in [true, false] {
            let fused = try Inputs(shape, channelsLast: channelsLast)
            let plain = try Inputs(shape, channelsLast: false)
            let y = try batchNormReLUMaxPool(
                fused.x, weight: fused.w, bias: fused.b, runningMean: fused.mean,
                runningVar: fused.variance, kernel: window.kernel, stride: window.stride,
                padding: window.padding)
            let open = try relu(
                batchNorm(
                    plain.x, weight: plain.w, bias: plain.b, runningMean: plain.mean,
                    runningVar: plain.variance, training: true))
            let z = try maxPool2d(
                open, kernel: window.kernel, stride: window.stride, padding: window.padding)
            try close(y, z, "output")
            try close(fused.mean, plain.mean, "running mean")
            try close(fused.variance, plain.variance, "running variance")
            let up = try Tensor.randn(z.shape, Generator(seed: 9))
            try (y * up).sum().backward()
            try (z * up).sum().backward()
            for (a, b) in zip([fused.x, fused.w, fused.b], [plain.x, plain.w, plain.b]) {
                try close(#require(a.grad), #require(b.grad), "gradient")
            }
        }
    }

    /// What the nodes keep is let go with the first pass: a second is an error, not a crash.
    @Test(arguments: ["convolution", "norm", "norm with a residual", "pool"])
    func aGraphIsFollowedOnce(_ node: String) throws {
        let inputs = try Inputs([2, 5, 9, 8], channelsLast: true)
        func norm(_ residual: Tensor?) throws -> Tensor {
            try batchNormReLU(
                inputs.x, weight: inputs.w, bias: inputs.b, runningMean: inputs.mean,
                runningVar: inputs.variance, residual: residual, training: true)
        }
        let y =
            switch node {
            case "convolution":
                try conv2d(inputs.x, Tensor.randn([4, 5, 3, 3], Generator(seed: 2)), padding: 1)
            case "norm": try norm(nil)
            case "norm with a residual": try norm(inputs.x)
            default:
                try batchNormReLUMaxPool(
                    inputs.x, weight: inputs.w, bias: inputs.b, runningMean: inputs.mean,
                    runningVar: inputs.variance, kernel: 3, stride: 2, padding: 1)
            }
        let loss = try y.sum()
        try loss.backward()
        #expect(throws: TorchError.self) { try loss.backward() }
    }

    /// The picture goes on to a second convolution, a sum and a mean (whose gradient is one number for all), to nothing,
    /// or comes from a leaf; its gradient is the sum of what each alone gives.
    @Test(arguments: [(1, 1, 0), (3, 1, 1), (3, 2, 1), (1, 2, 0)])
    func whatIsPassedOnHasTheSumOfTheGradients(
        window: (kernel: Int, stride: Int, padding: Int)
    ) throws {
        for (channels, side) in [(8, 9), (64, 4), (32, 17), (256, 3)] {
            func gradients(_ passing: Bool) throws -> [Tensor] {
                let generator = try Generator(seed: 3)
                let leaf = try Tensor.randn([2, channels, side, side], generator).channelsLast()
                    .requiresGrad_()
                let x = try leaf * 2
                let w = try Tensor.randn([32, channels, window.kernel, window.kernel], generator)
                    .channelsLast().requiresGrad_()
                let other = try Tensor.randn([16, channels, 3, 3], generator).channelsLast()
                    .requiresGrad_()
                let both =
                    passing
                    ? try conv2dPassingOn(
                        x, w, bias: nil, stride: window.stride, padding: window.padding, groups: 1)
                    : (y: try conv2d(x, w, stride: window.stride, padding: window.padding), x: x)
                let again = try conv2dPassingOn(
                    both.x, other, bias: nil, stride: 1, padding: 1, groups: 1)
                let late = passing ? again.x : x
                let loss =
                    try (both.y * both.y).sum() + (again.y * again.y).sum() + (late * late).sum()
                    + late.sum()
                try loss.backward()
                return try [leaf, w, other].map { try #require($0.grad) }
            }
            for (a, b) in try zip(gradients(true), gradients(false)) { try close(a, b, "gradient") }
        }
    }

    /// Whoever holds a gradient that goes on finds it as it was: the same tensor is the gradient of both.
    @Test func aGradientThatOthersHoldIsNotAddedTo() throws {
        let generator = try Generator(seed: 4)
        let leaf = try Tensor.randn([2, 32, 5, 5], generator).channelsLast().requiresGrad_()
        let w = try Tensor.randn([32, 32, 3, 3], generator).channelsLast().requiresGrad_()
        let x = try leaf * 1
        let made = try conv2dPassingOn(x, w, bias: nil, stride: 1, padding: 1, groups: 1)
        let sum = try made.y + made.x
        let up = try Tensor.randn(sum.shape, generator).channelsLast()
        try (sum * up).sum().backward()
        let exact = try noGrad { try leaf.detached().clone() }.requiresGrad_()
        let same = try noGrad { try w.detached().clone() }.requiresGrad_()
        try ((conv2d(exact, same, padding: 1) + exact) * up).sum().backward()
        try close(#require(leaf.grad), #require(exact.grad), "gradient of x")
        try close(#require(w.grad), #require(same.grad), "gradient of w")
    }

    /// A second output alone, and a picture without a gradient.
    @Test func whatIsNotWantedIsNotMade() throws {
        let generator = try Generator(seed: 5)
        let leaf = try Tensor.randn([1, 8, 5, 5], generator).channelsLast().requiresGrad_()
        let w = try Tensor.randn([8, 8, 3, 3], generator).channelsLast().requiresGrad_()
        let made = try conv2dPassingOn(leaf * 1, w, bias: nil, stride: 1, padding: 1, groups: 1)
        try (made.x * 3).sum().backward()
        #expect(try #require(leaf.grad).values() == [Float](repeating: 3, count: 200))
        #expect(w.grad == nil)
        let still = try conv2dPassingOn(
            leaf.detached(), w, bias: nil, stride: 1, padding: 1, groups: 1)
        #expect(!still.x.requiresGrad)
        try still.y.sum().backward()
        #expect(w.grad != nil)
    }

    private struct Inputs {
        let x: Tensor
        let w: Tensor
        let b: Tensor
        let mean: Tensor
        let variance: Tensor

        init(_ shape: [Int], channelsLast: Bool) throws {
            let generator = try Generator(seed: 5)
            let drawn = try Tensor.randn(shape, generator) * 2 + 3
            x = try (channelsLast ? drawn.channelsLast() : drawn).requiresGrad_()
            w = try Tensor.uniform([shape[1]], -1...2, generator).requiresGrad_()
            b = try Tensor.randn([shape[1]], generator).requiresGrad_()
            mean = try Tensor.randn([shape[1]], generator)
            variance = try Tensor.uniform([shape[1]], 0.5...2, generator)
        }
    }

    private func close(_ a: Tensor, _ b: Tensor, _ what: String) throws {
        let x: [Float] = try noGrad { try a.detached().values() }
        let y: [Float] = try noGrad { try b.detached().values() }
        let scale = max(1, y.map(abs).max() ?? 1)
        let worst = largestDifference(x, y)
        #expect(worst <= 2e-5 * scale, "\(what): off by \(worst / scale)")
    }
}
