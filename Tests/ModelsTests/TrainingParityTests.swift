import Formats
import Foundation
import Networks
import Testing

@testable import Models
@testable import Torch

/// Ten training steps against torchvision: Tests/Fixtures/make/networks_resnet.py wrote the numbers, in
/// float64, and beside each how far PyTorch itself strays from it in float32.
@Suite struct TrainingParityTests {
    @Test(arguments: ["resnet18", "resnet34", "resnet50"])
    func scoresGradientsAndTenStepsAreThoseOfTorchvision(name: String) throws {
        let url = ModelsFixture.folder.appendingPathComponent("networks/\(name).safetensors")
        let expected = try StateDictionary(TensorFile.read(url))
        let model = try filled(BuiltNetwork.named(name).graph(classes: 7, size: 64))
        let executor = try Executor(model)
        let x = try Tensor.randn([4, 3, 64, 64], Generator(seed: 12)).channelsLast()
        let target = try Tensor([0, 1, 2, 3] as [Int64], [4])
        try compare(scores(model, x), expected, "eval")
        let parameters = try model.trained.map { try model.state.require($0).requiresGrad_() }
        let velocity = try parameters.map { try Tensor.zeros(like: $0) }
        var losses: [Float] = []
        for step in 0..<10 {
            let scores = try executor.forward(x, training: true)
            let loss = try crossEntropy(scores, target)
            try loss.backward()
            if step == 0 {
                try compare(scores, expected, "train")
                for (name, parameter) in zip(model.trained, parameters) {
                    try compare(spread(#require(parameter.grad)), expected, "grad.\(name)")
                }
            }
            try sgdStep(
                parameters, velocity: velocity, masks: parameters.map { _ in nil }, lr: 0.001,
                momentum: 0.9, weightDecay: 1e-4, nesterov: false, isFirst: step == 0)
            for parameter in parameters { try parameter.clearGrad() }
            losses.append(Float(try loss.item()))
        }
        try compare(Tensor(losses, [10]), expected, "losses")
        for (name, tensor) in model.state.entries {
            try compare(spread(tensor), expected, "after.\(name)")
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

    private func spread(_ tensor: Tensor) throws -> Tensor {
        let values: [Float] = try noGrad { try tensor.detached().values() }
        let positions = Set((0..<48).map { $0 * values.count / 48 }).sorted()
        return try Tensor(positions.map { values[$0] }, [positions.count])
    }

    /// Weights as that script draws them: the classifier's are a tenth.
    private func filled(_ graph: Graph) throws -> Model {
        let generator = try Generator(seed: 11)
        let state = try StateDictionary(
            graph.parameters.map { parameter in
                let (name, shape) = (parameter.name, parameter.shape)
                if parameter.dtype == .int64 { return (name, try .zeros([], dtype: .int64)) }
                let values = try Tensor.randn(shape, generator)
                let fan = Double(shape.dropFirst().reduce(1, *))
                if shape.count == 4 { return (name, try values * (2 / fan).squareRoot()) }
                if name.hasSuffix("running_var") { return (name, try values.abs() + 0.5) }
                if shape.count == 1, name.hasSuffix("weight") {
                    return (name, try values * 0.1 + 0.5)
                }
                return (name, try values * 0.1)
            })
        return try Model(graph, state.placed(on: .cpu))
    }
}
