import Datasets
import Models
import Testing
import Torch

@testable import Training

/// Batch norms over a single number, whose variance is none.
@Suite struct StarvedNormTests {
    /// The last maps of ResNet-18 are 1x1 at 32 pixels; one picture has one number a channel there.
    @Test func theSizesThatWouldDoAreNamed() throws {
        let model = try Model(.resnet18, tinyState())
        let norm = try model.starvedNorm(batch: 1, height: 32, width: 32)
        #expect(norm?.layer == "layer4.0.bn1" && norm?.enough == 48)
        #expect(try model.starvedNorm(batch: 1, height: 48, width: 48) == nil)
        #expect(try model.starvedNorm(batch: 2, height: 32, width: 32) == nil)
        let store = try tinyStore()
        func refusal(_ batch: Int, _ pictures: Int) -> String {
            var options = tinyOptions()
            options.batchSize = batch
            let error = #expect(throws: TrainingError.self) {
                _ = try Trainer(
                    model, train: Subset(store, pictures: Array(0..<pictures)),
                    validation: Subset(store, pictures: [23]), options: options)
            }
            return error?.description ?? ""
        }
        #expect(
            refusal(1, 20) == """
                one picture a step is too little at 32x32 pixels: the batch norm layer4.0.bn1 gets a \
                single number a channel, which has no variance. Needed: `batchSize` 2 or more, or \
                pictures of 48x48 pixels or more
                """)
        #expect(refusal(8, 1).contains("Needed: more than one picture to train on, or"))
    }

    /// What is trained at the size that is named is a network of numbers.
    @Test func atThatSizeRunningVariancesAreFinite() throws {
        let model = try Model(.resnet18, tinyState())
        let network = try Executor(model.with(model.state.placed(on: .cpu)))
        func isFinite(_ size: Int) throws -> Bool {
            let x = try Tensor.randn([1, 3, size, size], Generator(seed: 1))
            _ = try noGrad { try network.forward(x, training: true) }
            return try network.state.entries.allSatisfy { try $0.tensor.isAllFinite() }
        }
        #expect(try isFinite(48))
        #expect(try !isFinite(32))
    }

    /// Infinite running statistics give a finite loss: they are looked at themselves.
    @Test func anEpochThatLeavesNoNumbersIsAnError() throws {
        var state = try tinyState()
        state["layer4.1.bn2.running_var"] = try Tensor(
            [Float](repeating: .infinity, count: 32), [32])
        let trainer = try tinyTrainer(tinyStore(), tinyOptions(), state: state)
        let error = #expect(throws: TrainingError.self) { try trainer.run() }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("epoch 1 diverged (layer4.1.bn2.running_var holds NaN"), "\(text)")
        #expect(trainer.history.isEmpty && trainer.best == nil)
    }
}
