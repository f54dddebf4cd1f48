import Models
import Testing
import Torch

@testable import Training

@Suite struct MaskTests {
    /// Every third weight of each convolution is out.
    private func masks(_ state: StateDictionary) throws -> StateDictionary {
        try StateDictionary(
            state.entries.filter { $0.tensor.rank == 4 }.map { name, tensor in
                let values = (0..<tensor.count).map { Float($0 % 3 == 0 ? 0 : 1) }
                return (name, try Tensor(values, tensor.shape))
            })
    }

    private func pruned(
        _ state: StateDictionary, _ masks: StateDictionary
    ) throws -> StateDictionary {
        try StateDictionary(
            state.entries.map { name, tensor in
                (name, try masks[name].map { try tensor * $0 } ?? tensor)
            })
    }

    @Test(arguments: [busySGD, busyAdam], Precision.allCases)
    func maskedWeightsStayExactlyZero(_ kind: OptimizerKind, _ precision: Precision) throws {
        let store = try tinyStore()
        let state = try tinyState()
        let masks = try masks(state)
        let trainer = try tinyTrainer(
            store, tinyOptions(kind, precision: precision), state: pruned(state, masks),
            masks: masks)
        try trainer.run()
        for (name, mask) in masks.entries {
            let keeps: [Float] = try mask.values()
            let before: [Float] = try state.require(name).values()
            let after: [Float] = try trainer.network.state.require(name).detached().values()
            #expect(zip(keeps, after).allSatisfy { $0 == 1 || $1 == 0 }, "\(name)")
            #expect(zip(keeps, zip(before, after)).contains { $0 == 1 && $1.0 != $1.1 }, "\(name)")
        }
    }

    /// Sabotage: weights that a mask takes out, but that are not zero.
    @Test func weightsUnderAMaskMustBeZeroAtTheStart() throws {
        let store = try tinyStore()
        let state = try tinyState()
        let masks = try masks(state)
        let error = #expect(throws: TrainingError.self) {
            _ = try tinyTrainer(store, tinyOptions(), state: state, masks: masks)
        }
        #expect(error?.description.contains("conv1.weight") == true)
        #expect(error?.description.contains("at the start") == true)
    }

    /// Sabotage: a weight that is revived behind the trainer's back is found after the epoch.
    @Test func aRevivedWeightIsFound() throws {
        let store = try tinyStore()
        let state = try tinyState()
        let masks = try masks(state)
        let trainer = try tinyTrainer(
            store, tinyOptions(), state: pruned(state, masks), masks: masks)
        let error = #expect(throws: TrainingError.self) {
            try trainer.run(onProgress: { progress in
                guard progress.done == progress.total else { return }
                try? noGrad {
                    try trainer.network.state.require("conv1.weight")
                        .copy_(state.require("conv1.weight"))
                }
            })
        }
        #expect(error?.description.contains("after epoch 1") == true)
        #expect(trainer.history.isEmpty)
    }

    @Test func aMaskOfNoParameterIsRefused() throws {
        let store = try tinyStore()
        let stray = try StateDictionary([("conv9.weight", Tensor.ones([1]))])
        #expect(throws: NetworkError.self) {
            _ = try tinyTrainer(store, tinyOptions(), masks: stray)
        }
    }
}
