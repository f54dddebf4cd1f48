import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// Against torchvision: Tests/Fixtures/make/networks_resnet.py wrote the numbers, in float64, and beside
/// each how far PyTorch itself strays from it in float32.
@Suite struct ParityTests {
    @Test(arguments: [Architecture.resnet18, .resnet34, .resnet50])
    func scoresGradientsAndTenStepsAreThoseOfTorchvision(_ architecture: Architecture) throws {
        let expected = try StateDictionary(TensorFile.read(fixture(architecture)))
        let state = try Self.filled(architecture)
        let network = try Executor(architecture, state)
        let x = try Tensor.randn([4, 3, 64, 64], Generator(seed: 12)).channelsLast()
        let target = try Tensor([0, 1, 2, 3] as [Int64], [4])
        try noGrad { try compare(network.forward(x, training: false), expected, "eval") }
        let named = try architecture.tensors(classes: 7).filter { $0.kind.isParameter }.map(\.name)
        let parameters = try named.map { try state.require($0).requiresGrad_() }
        let velocity = try parameters.map { try Tensor.zeros(like: $0) }
        var losses: [Float] = []
        for step in 0..<10 {
            let scores = try network.forward(x, training: true)
            let loss = try crossEntropy(scores, target)
            try loss.backward()
            if step == 0 {
                try compare(scores, expected, "train")
                for (name, parameter) in zip(named, parameters) {
                    try compare(Self.spread(#require(parameter.grad)), expected, "grad.\(name)")
                }
            }
            try sgdStep(
                parameters, velocity: velocity, masks: parameters.map { _ in nil }, lr: 0.001,
                momentum: 0.9, weightDecay: 1e-4, nesterov: false, isFirst: step == 0)
            for parameter in parameters { try parameter.clearGrad() }
            losses.append(Float(try loss.item()))
        }
        try compare(Tensor(losses, [10]), expected, "losses")
        for (name, tensor) in state.entries {
            try compare(Self.spread(tensor), expected, "after.\(name)")
        }
    }

    /// Elementwise: no further from float64 than four times PyTorch's own float32.
    private func compare(_ found: Tensor, _ expected: StateDictionary, _ name: String) throws {
        let a: [Float] = try noGrad { try found.detached().values() }
        let b: [Float] = try expected.require(name).values()
        let off: [Float] = try expected.require("off.\(name)").values()
        #expect(a.count == b.count, "\(name)")
        let allowed = 4 * off[0] + 2e-6 * max(1, b.map(abs).max() ?? 1)
        let worst = zip(a, b).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= allowed, "\(name): \(worst) off, \(allowed) allowed")
    }

    static func spread(_ tensor: Tensor) throws -> Tensor {
        let values: [Float] = try noGrad { try tensor.detached().values() }
        let positions = Set((0..<48).map { $0 * values.count / 48 }).sorted()
        return try Tensor(positions.map { values[$0] }, [positions.count])
    }

    static func filled(_ architecture: Architecture) throws -> StateDictionary {
        let generator = try Generator(seed: 11)
        return try StateDictionary(
            try architecture.tensors(classes: 7).map { spec in
                if spec.kind == .batchCount { return (spec.name, try .zeros([], dtype: .int64)) }
                let values = try Tensor.randn(spec.shape, generator)
                switch spec.kind {
                case .convolution:
                    let fanIn = Double(spec.shape.dropFirst().reduce(1, *))
                    return (spec.name, try values * (2 / fanIn).squareRoot())
                case .runningVar: return (spec.name, try values.abs() + 0.5)
                case .normWeight: return (spec.name, try values * 0.1 + 0.5)
                default: return (spec.name, try values * 0.1)
                }
            })
    }

    private func fixture(_ architecture: Architecture) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/networks/\(architecture.rawValue).safetensors")
    }
}
