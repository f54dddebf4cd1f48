import Comparing
import Foundation
import Testing

@testable import Torch

/// Convolutions of channels-last float32 through autograd, against libtorch's own in float64.
@Suite struct ConvolutionTests {
    /// Pictures [N, C, H, W] and the number of filters: odd sizes, one tile cut off each way, more
    /// tiles than a block holds, different channels in and out. All 3x3: `KernelTests` has the others.
    static let cases: [(shape: [Int], filters: Int)] = [
        ([1, 32, 17, 19], 32), ([2, 64, 10, 11], 96), ([3, 96, 15, 24], 32), ([1, 32, 56, 56], 64),
        ([8, 256, 14, 14], 256), ([2, 48, 12, 12], 32), ([1, 32, 9, 40], 32),
    ]

    @Test(arguments: cases)
    func valuesAndGradientsAreThoseOfFloat64(shape: [Int], filters: Int) throws {
        let fast = try Inputs(shape, filters)
        let exact = try Inputs(shape, filters, dtype: .float64)
        let y = try conv2d(fast.x, fast.w, padding: 1)
        let z = try conv2d(exact.x, exact.w, padding: 1)
        #expect(y.isChannelsLast)
        try close(y, z, "output")
        try (y * fast.up).sum().backward()
        try (z * exact.up).sum().backward()
        try close(#require(fast.x.grad), #require(exact.x.grad), "gradient of x")
        try close(#require(fast.w.grad), #require(exact.w.grad), "gradient of w")
        try noGrad { try close(conv2d(fast.x, fast.w, padding: 1), z, "no grad") }
    }

    @Test func theSameInputGivesTheSameBytes() throws {
        let (shape, filters) = ([4, 64, 20, 20], 64)
        let results = try (0..<2).map { _ in
            let inputs = try Inputs(shape, filters)
            let y = try conv2d(inputs.x, inputs.w, padding: 1)
            try (y * inputs.up).sum().backward()
            return [y, try #require(inputs.x.grad), try #require(inputs.w.grad)]
        }
        for (a, b) in zip(results[0], results[1]) { #expect(try a.isBitwiseEqual(to: b)) }
    }

    /// Each calling thread has helpers of its own: none takes another's work for its own, and all end with it. How many
    /// is the thread's own affair (OpenMP's), and with it the order of sums: equal to rounding.
    @Test func manyThreadsAtOnceEachGetTheirOwn() async throws {
        let channels = (0..<12).map { 32 + 16 * ($0 % 4) }
        let alone = try channels.map(Self.made)
        let same = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    await withCheckedContinuation { done in
                        Thread.detachNewThread {
                            let made = (try? channels.map(Self.made)) ?? []
                            done.resume(returning: Self.areClose(made, alone))
                        }
                    }
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(same)
    }

    private static func areClose(_ a: [[[Float]]], _ b: [[[Float]]]) -> Bool {
        let (a, b) = (Array(a.joined()), Array(b.joined()))
        return a.count == b.count
            && zip(a, b).allSatisfy { mine, other in
                let largest = other.map(abs).max() ?? 0
                return mine.count == other.count
                    && zip(mine, other).allSatisfy { abs($0 - $1) <= 1e-5 * largest }
            }
    }

    /// Output and gradients of a convolution of so many channels.
    @Sendable private static func made(_ channels: Int) throws -> [[Float]] {
        let inputs = try Inputs([2, channels, 12, 12], 32)
        let y = try conv2d(inputs.x, inputs.w, padding: 1)
        try (y * inputs.up).sum().backward()
        return try [y, #require(inputs.x.grad), #require(inputs.w.grad)].map { try $0.values() }
    }

    @Test func onlyWantedGradientsAreMade() throws {
        let inputs = try Inputs([1, 32, 20, 20], 32)
        try inputs.x.requiresGrad_(false)
        try (conv2d(inputs.x, inputs.w, padding: 1) * inputs.up).sum().backward()
        #expect(inputs.x.grad == nil && inputs.w.grad != nil)
    }

    @Test func theWrongNumberOfChannelsIsRefused() throws {
        let x = try Tensor.zeros([1, 64, 20, 20]).channelsLast()
        let w = try Tensor.zeros([32, 32, 3, 3]).channelsLast()
        #expect(throws: TorchError.self) { try conv2d(x, w, padding: 1) }
    }

    private struct Inputs {
        let x: Tensor
        let w: Tensor
        let up: Tensor

        init(_ shape: [Int], _ filters: Int, dtype: DType = .float32) throws {
            let generator = try Generator(seed: 7)
            func drawn(_ shape: [Int]) throws -> Tensor {
                try Tensor.randn(shape, generator).to(dtype: dtype).channelsLast()
            }
            x = try drawn(shape).requiresGrad_()
            w = try drawn([filters, shape[1], 3, 3]).requiresGrad_()
            up = try drawn([shape[0], filters, shape[2], shape[3]])
        }
    }

    /// Within 4e-6 of the largest value: float32's own error over so many products is 1e-6 of it.
    private func close(_ found: Tensor, _ exact: Tensor, _ what: String) throws {
        let a: [Float] = try noGrad { try found.detached().values() }
        let b: [Double] = try noGrad { try exact.detached().values() }
        #expect(found.shape == exact.shape)
        let scale = b.map(abs).max() ?? 1
        let worst = largestDifference(a, b)
        #expect(worst <= 4e-6 * scale, "\(what): off by \(worst / scale) of the largest")
    }
}
