import Comparing
import Testing

@testable import Torch

/// The fused node against libtorch's own operations, over small and odd shapes.
@Suite struct FusedBatchNormTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let shape: [Int]
        let residual: Bool
        let training: Bool
        var testDescription: String { "\(shape) residual \(residual) training \(training)" }
    }

    static let cases: [Case] = [
        [1, 1, 2, 2], [2, 3, 2, 1], [2, 5, 3, 4], [3, 16, 7, 7], [2, 64, 33, 31], [8, 33, 40, 40],
    ].flatMap { shape in
        [(false, true), (true, true), (false, false), (true, false)].map {
            Case(shape: shape, residual: $0.0, training: $0.1)
        }
    }

    @Test(arguments: cases)
    func valuesGradientsAndRunningStatisticsAgree(_ test: Case) throws {
        let fused = try Inputs(test, channelsLast: true)
        let plain = try Inputs(test, channelsLast: false)
        let y = try fused.apply(test.training)
        var z = try batchNorm(
            plain.x, weight: plain.w, bias: plain.b, runningMean: plain.mean,
            runningVar: plain.variance,
            training: test.training)
        if let residual = plain.residual { z = try z + residual }
        z = try relu(z)
        try close(y, z, "output")
        try close(fused.mean, plain.mean, "running mean")
        try close(fused.variance, plain.variance, "running variance")
        try (y * plain.up).sum().backward()
        try (z * plain.up).sum().backward()
        let names = ["x", "weight", "bias", "residual"]
        for ((a, b), name) in zip(zip(fused.leaves, plain.leaves), names) {
            try close(try #require(a.grad), try #require(b.grad), "gradient of \(name)")
        }
        try noGrad { try close(fused.apply(test.training), plain.apply(test.training), "no grad") }
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let test = Case(shape: [8, 64, 32, 32], residual: true, training: true)
        let a = try Inputs(test, channelsLast: true).apply(true)
        let b = try Inputs(test, channelsLast: true).apply(true)
        #expect(try a.isBitwiseEqual(to: b))
    }

    @Test func theWrongNumberOfChannelsIsRefused() throws {
        let inputs = try Inputs(
            Case(shape: [1, 4, 2, 2], residual: false, training: true), channelsLast: true)
        #expect(throws: TorchError.self) {
            try batchNormReLU(
                Tensor.zeros([1, 5, 2, 2]), weight: inputs.w, bias: inputs.b,
                runningMean: inputs.mean, runningVar: inputs.variance, training: true)
        }
    }

    private struct Inputs {
        let x: Tensor
        let w: Tensor
        let b: Tensor
        let mean: Tensor
        let variance: Tensor
        let residual: Tensor?
        let up: Tensor
        var leaves: [Tensor] { [x, w, b] + (residual.map { [$0] } ?? []) }

        init(_ test: Case, channelsLast: Bool) throws {
            let generator = try Generator(seed: 5)
            let c = [test.shape[1]]
            func ordered(_ t: Tensor) throws -> Tensor { channelsLast ? try t.channelsLast() : t }
            x = try ordered(Tensor.randn(test.shape, generator) * 2 + 3).requiresGrad_()
            w = try Tensor.uniform(c, 0.5...2, generator).requiresGrad_()
            b = try Tensor.randn(c, generator).requiresGrad_()
            mean = try Tensor.randn(c, generator)
            variance = try Tensor.uniform(c, 0.5...2, generator)
            residual =
                test.residual ? try ordered(.randn(test.shape, generator)).requiresGrad_() : nil
            up = try Tensor.randn(test.shape, generator)
        }

        func apply(_ training: Bool) throws -> Tensor {
            try batchNormReLU(
                x, weight: w, bias: b, runningMean: mean, runningVar: variance, residual: residual,
                training: training)
        }
    }

    private func close(_ a: Tensor, _ b: Tensor, _ what: String) throws {
        let x: [Float] = try noGrad { try a.detached().values() }
        let y: [Float] = try noGrad { try b.detached().values() }
        #expect(x.count == y.count)
        let scale = max(1, y.map(abs).max() ?? 1)
        let worst = largestDifference(x, y)
        #expect(worst <= 1e-4 * scale, "\(what): off by \(worst)")
    }
}
