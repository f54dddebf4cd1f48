import Comparing
import Foundation
import Models
import Testing
import Torch

@testable import Training

@Suite struct PrecisionTests {
    /// Two steps: every weight ends elsewhere than in float32, but nearer to it than to its start.
    ///
    /// Blocks add little at the start: in a random net of this depth any rounding grows to the size of
    /// the gradient within a few steps, and nearness would say nothing.
    @Test func mixedPrecisionStaysNearFloat32() throws {
        let store = try tinyStore()
        let start = try tinyState()
        for (name, tensor) in start.entries where name.hasSuffix("bn2.weight") {
            try tensor.fill_(0.1)
        }
        var options = tinyOptions()
        options.epochs = 2
        options.batchSize = 20
        options.learningRate = 0.001
        let full = try tinyTrainer(store, options, state: start)
        try full.run()
        options.precision = .mixed
        let mixed = try tinyTrainer(store, options, state: start)
        try mixed.run()
        for (name, tensor) in full.network.state.entries where tensor.dtype == .float32 {
            let end = try mixed.network.state.require(name)
            #expect(end.dtype == .float32)
            let moved = try distance(tensor, start.require(name))
            let apart = try distance(tensor, end)
            #expect(apart > 0, "\(name)")
            #expect(apart < 0.5 * moved, "\(name): moved \(moved), apart \(apart)")
        }
        for (a, b) in zip(full.history, mixed.history) {
            #expect(a.trainLoss != b.trainLoss && a.evaluation.loss != b.evaluation.loss)
            #expect(abs(a.trainLoss - b.trainLoss) < 0.01)
            #expect(abs(a.evaluation.loss - b.evaluation.loss) < 0.01)
        }
    }

    /// The largest difference of two elements.
    private func distance(_ a: Tensor, _ b: Tensor) throws -> Float {
        let x: [Float] = try a.detached().values()
        let y: [Float] = try b.detached().values()
        return largestDifference(x, y)
    }

    /// Float32 by name and float32 by default are one thing; and so is a run after one in bfloat16.
    @Test func float32IsWhatItWas() throws {
        let store = try tinyStore()
        func trained(_ precision: Precision?) throws -> StateDictionary {
            let trainer = try tinyTrainer(store, tinyOptions(precision: precision))
            try trainer.run()
            return trainer.network.state
        }
        let plain = try trained(nil)
        #expect(try trained(.float32).isBitwiseEqual(to: plain))
        #expect(try !trained(.mixed).isBitwiseEqual(to: plain))
        #expect(try trained(nil).isBitwiseEqual(to: plain))
    }

    /// A network of two classes and pictures of three: the loss fails inside of the block.
    @Test func anErrorInAStepLeavesNothingBehind() throws {
        var state = try tinyState()
        for name in ["fc.weight", "fc.bias"] {
            state[name] = try state.require(name).narrow(dim: 0, start: 0, length: 2)
        }
        let trainer = try tinyTrainer(tinyStore(), tinyOptions(precision: .mixed), state: state)
        let error = #expect(throws: TorchError.self) { try trainer.run() }
        #expect(error?.operation == "cross_entropy")
        #expect(try autocastType(.cpu) == nil)
    }

    /// The text that the identities of stages are made from: as it was before there was a choice.
    @Test func optionsWithoutAPrecisionAreWrittenAsBefore() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var options = TrainingOptions(augmentation: nil)
        let text =
            #"{"batchSize":8,"epochs":25,"learningRate":0.001,"optimizer":{"sgd":{"momentum":0.9,"#
            + #""nesterov":false,"weightDecay":0}},"schedule":{"step":{"every":7,"gamma":0.1}},"#
            + #""seed":0}"#
        #expect(try String(decoding: encoder.encode(options), as: UTF8.self) == text)
        #expect(try JSONDecoder().decode(TrainingOptions.self, from: Data(text.utf8)) == options)
        options.precision = .mixed
        let mixed = text.replacingOccurrences(
            of: #""schedule""#, with: #""precision":"mixed","schedule""#)
        #expect(try String(decoding: encoder.encode(options), as: UTF8.self) == mixed)
        #expect(try JSONDecoder().decode(TrainingOptions.self, from: Data(mixed.utf8)) == options)
        let other = text.replacingOccurrences(
            of: #""schedule""#, with: #""precision":"half","schedule""#)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TrainingOptions.self, from: Data(other.utf8))
        }
    }
}
