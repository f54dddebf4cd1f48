import Models
import Testing
import Torch

@testable import Pruning

/// Masks through real optimiser steps: what the run's invariant check relies on.
@Suite struct TrainingTests {
    /// Trains all parameters a few steps with momentum and weight decay.
    private func train(
        _ state: StateDictionary, _ architecture: Architecture, _ masks: Masks?, adam: Bool = false
    ) throws {
        let names = try architecture.tensors(classes: 3).filter(\.kind.isParameter).map(\.name)
        let parameters = try names.map { try state.require($0).requiresGrad_() }
        let first = try parameters.map { try Tensor.zeros(like: $0) }
        let second = try parameters.map { try Tensor.zeros(like: $0) }
        let tensors = try masks?.tensors()
        let optimizer = names.map { tensors?[$0] }
        let network = try Executor(architecture, state)
        let x = try Tensor.randn([4, 3, 32, 32], Generator(seed: 8))
        let y = try Tensor([0, 1, 2, 1] as [Int64], [4])
        for step in 1...3 {
            for parameter in parameters { try parameter.clearGrad() }
            try crossEntropy(network.forward(x, training: true), y).backward()
            if adam {
                try adamStep(
                    parameters, first: first, second: second, masks: optimizer, lr: 0.01,
                    betas: (0.9, 0.999), eps: 1e-8, weightDecay: 0.1, step: step)
            } else {
                try sgdStep(
                    parameters, velocity: first, masks: optimizer, lr: 0.05, momentum: 0.9,
                    weightDecay: 0.1, nesterov: false, isFirst: step == 1)
            }
        }
        for parameter in parameters { try parameter.requiresGrad_(false) }
    }

    @Test(arguments: PruningMethod.all.map(\.name), [false, true])
    func prunedWeightsStayExactlyZero(_ method: String, _ adam: Bool) throws {
        let state = try StateDictionary(
            tinyState().entries.map { name, tensor in
                (name, tensor.rank == 4 ? try tensor.channelsLast() : tensor)
            })
        let masks = try PruningMethod.named(method).masks(
            for: Model(.resnet18, state), options: .init(angle: 80))
        try masks.apply(to: state)
        let before = try state.copied()
        try train(state, .resnet18, masks, adam: adam)
        #expect(try masks.violations(in: state).isEmpty)
        let name = "layer2.1.conv1.weight"
        #expect(try !state.require(name).isBitwiseEqual(to: before.require(name)))
    }

    /// Sabotage: without the masks the same steps revive pruned weights, and the check says so.
    @Test func trainingWithoutTheMasksIsFound() throws {
        let state = try tinyState()
        let masks = try PruningMethod.named("percentile").masks(
            for: Model(.resnet18, state))
        try masks.apply(to: state)
        try train(state, .resnet18, nil)
        #expect(try masks.violations(in: state).map(\.name) == masks.layers.map(\.name))
    }

    /// A removed filter stays silent through training, so that it can be taken out afterwards.
    @Test(arguments: [Architecture.resnet18, .resnet50])
    func removedFiltersStaySilent(_ architecture: Architecture) throws {
        let state = try tinyState(architecture)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: Model(architecture, state), options: .init(angle: 80))
        try masks.apply(to: state)
        try train(state, architecture, masks)
        let small = try Compaction(Model(architecture, state, masks: masks.tensors()))
        var silent = 0
        // Inside a block a channel is one filter's; sums need all of theirs to be silent.
        for layer in small.layers where layer.name.contains("conv1") && layer.name != "conv1.weight"
        {
            let norm = layer.name.replacing("conv1.weight", with: "bn1.bias")
            #expect(layer.removed == masks[norm]?.density.pruned ?? 0)
            silent += layer.removed
        }
        #expect(silent > 0)
    }
}
