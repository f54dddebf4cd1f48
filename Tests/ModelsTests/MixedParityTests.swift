import Comparing
import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// Against torchvision inside `torch.autocast("cpu", torch.bfloat16)`: networks_autocast.py wrote the
/// numbers, beside each how far PyTorch strays from it on other processors, and how far float32 is.
@Suite struct MixedParityTests {
    @Test func scoresGradientsAndStatisticsAreThoseOfAutocast() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: "Fixtures/networks/resnet18-autocast.safetensors")
        let expected = try StateDictionary(TensorFile.read(file))
        let state = try ParityTests.filled(.resnet18)
        let network = try Executor(.resnet18, state)
        let x = try Tensor.randn([4, 3, 64, 64], Generator(seed: 12)).channelsLast()
        let target = try Tensor([0, 1, 2, 3] as [Int64], [4])
        try noGrad {
            let scores = try autocast(.cpu) { try network.forward(x, training: false) }
            #expect(scores.dtype == .bfloat16)
            try compare(scores, expected, "eval")
        }
        let parameters = state.entries.filter {
            $0.name.hasSuffix("weight") || $0.name.hasSuffix("bias")
        }
        for (_, parameter) in parameters { try parameter.requiresGrad_() }
        let (scores, loss) = try autocast(.cpu) {
            let scores = try network.forward(x, training: true).to(dtype: .float32)
            return (scores, try crossEntropy(scores, target))
        }
        try loss.backward()
        try compare(scores, expected, "train")
        try compare(loss.reshaped([1]), expected, "loss")
        for (name, parameter) in parameters {
            let gradient = try #require(parameter.grad)
            #expect(gradient.dtype == .float32)
            try compare(ParityTests.spread(gradient), expected, "grad.\(name)")
        }
        var telling = 0
        for (name, tensor) in state.entries where name.contains("running") {
            let (allowed, full) = try compare(
                ParityTests.spread(tensor), expected, "after.\(name)")
            if allowed < full { telling += 1 }
        }
        // Float32 would not pass: the first statistics are known far better than it is near.
        #expect(telling >= 10)
    }

    /// Elementwise: no further from PyTorch than twice what PyTorch differs by from itself.
    ///
    /// - Returns: how far that is, and how far PyTorch is in float32.
    @discardableResult
    private func compare(
        _ found: Tensor, _ expected: StateDictionary, _ name: String
    ) throws -> (allowed: Float, float32: Float) {
        let a: [Float] = try noGrad { try found.detached().values() }
        let b: [Float] = try expected.require(name).values()
        let off: [Float] = try expected.require("off.\(name)").values()
        let full: [Float] = try expected.require("float32.\(name)").values()
        #expect(a.count == b.count, "\(name)")
        let allowed = 2 * off[0] + 2e-6 * max(1, b.map(abs).max() ?? 1)
        let worst = largestDifference(a, b)
        #expect(worst <= allowed, "\(name): \(worst) off, \(allowed) allowed")
        return (allowed, full[0])
    }
}
