import Datasets
import Models
import Testing
import Torch

@testable import Training

@Suite struct OptionsTests {
    @Test func theSeedDecidesTheBytes() throws {
        let store = try tinyStore()
        func run(_ seed: UInt64) throws -> Trainer {
            let trainer = try tinyTrainer(store, tinyOptions(seed: seed))
            try trainer.run()
            return trainer
        }
        let (first, same, other) = try (run(3), run(3), run(4))
        #expect(first.history == same.history)
        #expect(try first.network.state.isBitwiseEqual(to: same.network.state))
        #expect(first.history != other.history)
        #expect(try !first.network.state.isBitwiseEqual(to: other.network.state))
    }

    @Test func theStartingWeightsAreNotTouched() throws {
        let (state, before) = try (tinyState(), tinyState())
        let trainer = try tinyTrainer(tinyStore(), tinyOptions(), state: state)
        try trainer.run()
        #expect(try state.isBitwiseEqual(to: before))
        #expect(try !trainer.network.state.isBitwiseEqual(to: before))
    }

    @Test func settingsThatCannotTrainAreRefused() throws {
        func refuses(_ change: (inout TrainingOptions) -> Void, line: Int = #line) {
            var options = tinyOptions()
            change(&options)
            #expect(throws: TrainingError.self, "line \(line)") { try options.check() }
        }
        for rate in [.infinity, -.infinity, .nan, 0, -0.1] {
            refuses { $0.learningRate = rate }
        }
        refuses { $0.epochs = -1 }
        refuses { $0.batchSize = 0 }
        for bad in [-0.1, .nan, .infinity] {
            refuses { $0.optimizer = .sgd(momentum: bad, weightDecay: 0, nesterov: false) }
            refuses { $0.optimizer = .sgd(momentum: 0.9, weightDecay: bad, nesterov: false) }
            refuses { $0.optimizer = .adam(beta1: bad, beta2: 0.9, eps: 1e-8, weightDecay: 0) }
            refuses { $0.optimizer = .adam(beta1: 0.9, beta2: bad, eps: 1e-8, weightDecay: 0) }
            refuses { $0.optimizer = .adam(beta1: 0.9, beta2: 0.9, eps: bad, weightDecay: 0) }
            refuses { $0.optimizer = .adam(beta1: 0.9, beta2: 0.9, eps: 1e-8, weightDecay: bad) }
            refuses { $0.schedule = .step(every: 7, gamma: bad) }
        }
        refuses { $0.optimizer = .sgd(momentum: 0, weightDecay: 0, nesterov: true) }
        refuses { $0.optimizer = .adam(beta1: 1, beta2: 0.9, eps: 1e-8, weightDecay: 0) }
        refuses { $0.schedule = .step(every: 0, gamma: 0.1) }
        try tinyOptions().check()
        try TrainingOptions().check()
    }

    @Test func noEpochsLeaveTheWeights() throws {
        var options = tinyOptions()
        options.epochs = 0
        let trainer = try tinyTrainer(tinyStore(), options)
        try trainer.run()
        #expect(trainer.history.isEmpty && trainer.best == nil)
        let start = try tinyTrainer(tinyStore(), options).network.state
        #expect(try trainer.network.state.isBitwiseEqual(to: start))
    }

    /// In one batch an epoch the last step is the only one: it is the validation pictures that tell.
    @Test(arguments: [(8, "the loss became"), (20, "the loss on the validation pictures became")])
    func aLossThatIsNoNumberIsAnError(_ batch: Int, _ text: String) throws {
        var options = tinyOptions(.sgd(momentum: 0, weightDecay: 1, nesterov: false))
        options.learningRate = 1e38
        options.batchSize = batch
        let trainer = try tinyTrainer(tinyStore(), options)
        let error = #expect(throws: TrainingError.self) { try trainer.run() }
        #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        #expect(error?.description.contains("epoch 1") == true)
        #expect(error?.description.hasSuffix("(a tenth, or the usual 0.001)") == true)
        #expect(trainer.history.isEmpty && trainer.best == nil)
    }

    @Test func nothingToTrainOnIsRefused() throws {
        let store = try tinyStore()
        #expect(throws: TrainingError.self) {
            _ = try Trainer(
                Model(.resnet18, tinyState()), train: Subset(store, pictures: []),
                validation: Subset(store, pictures: [0]), options: tinyOptions())
        }
    }
}
