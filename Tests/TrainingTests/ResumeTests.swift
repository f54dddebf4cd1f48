import Formats
import Foundation
import Models
import Testing
import Torch

@testable import Training

@Suite struct ResumeTests {
    /// Runs until the second step of epoch 2, each epoch saved.
    private func interrupted(_ trainer: Trainer, _ folder: URL, start: String = "s") throws {
        var steps = 0
        let error = #expect(throws: Interrupted.self) {
            try trainer.run(
                isCancelled: { steps == 4 }, onProgress: { _ in steps += 1 },
                onEpoch: { _ in try trainer.save(to: folder, start: start) })
        }
        #expect(error?.epoch == 2)
        #expect(trainer.history.count == 1)
    }

    @Test(
        arguments: [
            OptimizerKind.sgd(momentum: 0.9, weightDecay: 0, nesterov: false), busySGD, .adam,
            busyAdam,
        ], [nil, Precision.mixed])
    func aResumedRunEndsBitwiseAsAnUndisturbedOne(
        _ kind: OptimizerKind, _ precision: Precision?
    ) throws {
        let store = try tinyStore()
        let options = tinyOptions(kind, precision: precision)
        let plain = try tinyTrainer(store, options)
        try plain.run()
        try withFolder { folder in
            try interrupted(tinyTrainer(store, options), folder)
            let second = try tinyTrainer(store, options, state: tinyState(seed: 99))
            #expect(try second.resume(from: folder, start: "s") == 1)
            try second.run(onEpoch: { _ in try second.save(to: folder, start: "s") })
            #expect(second.history == plain.history)
            #expect(second.history.count == 3)
            #expect(try second.network.state.isBitwiseEqual(to: plain.network.state))
            let (best, plainBest) = try (#require(second.best), #require(plain.best))
            #expect(try best.isBitwiseEqual(to: plainBest))
            #expect(try second.optimizer.state.isBitwiseEqual(to: plain.optimizer.state))
            #expect(second.optimizer.steps == 9)
            Trainer.clean(folder)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test func aFileOfAnotherRunIsNotTakenUp() throws {
        let store = try tinyStore()
        try withFolder { folder in
            try interrupted(tinyTrainer(store, tinyOptions()), folder)
            func taken(_ options: TrainingOptions, _ start: String) throws -> Int {
                let trainer = try tinyTrainer(store, options)
                let done = try trainer.resume(from: folder, start: start)
                #expect(trainer.history.count == done)
                if done == 0 {
                    let fresh = try tinyTrainer(store, options).network.state
                    #expect(try trainer.network.state.isBitwiseEqual(to: fresh))
                }
                return done
            }
            #expect(try taken(tinyOptions(), "s") == 1)
            #expect(try taken(tinyOptions(), "another start") == 0)
            #expect(try taken(tinyOptions(seed: 4), "s") == 0)
            #expect(try taken(tinyOptions(.adam), "s") == 0)
            #expect(try taken(tinyOptions(precision: .mixed), "s") == 0)
            var longer = tinyOptions()
            longer.epochs = 4
            #expect(try taken(longer, "s") == 0)
        }
    }

    /// More epochs of a run whose rates do not depend on how many there are; not fewer than are done.
    @Test func moreEpochsGoOnWhereTheSameRatesAreMeant() throws {
        let store = try tinyStore()
        func options(_ epochs: Int) -> TrainingOptions {
            var options = tinyOptions()
            (options.epochs, options.schedule) = (epochs, .step(every: 2, gamma: 0.1))
            return options
        }
        let plain = try tinyTrainer(store, options(4))
        try plain.run()
        try withFolder { folder in
            try interrupted(tinyTrainer(store, options(3)), folder)
            #expect(try Trainer.unfinished(in: folder)?.epochs == 1)
            let longer = try tinyTrainer(store, options(4), state: tinyState(seed: 99))
            #expect(try longer.resume(from: folder, start: "s") == 1)
            try longer.run(onEpoch: { _ in try longer.save(to: folder, start: "s") })
            #expect(longer.history == plain.history)
            #expect(try longer.network.state.isBitwiseEqual(to: plain.network.state))
            let shorter = try tinyTrainer(store, options(3))
            #expect(try shorter.resume(from: folder, start: "s") == 0)
        }
    }

    /// Kept aside, told of, and begun anew; nothing of them is taken up.
    @Test func damagedEpochsArePutAside() throws {
        let store = try tinyStore()
        try withFolder { folder in
            try interrupted(tinyTrainer(store, tinyOptions()), folder)
            let file = folder.appending(path: "best.safetensors")
            try Data(contentsOf: file).prefix(1000).write(to: file)
            let trainer = try tinyTrainer(store, tinyOptions())
            var said = ""
            let done = try trainer.resumeOrBegin(from: folder, start: "s") { said = $0 }
            #expect(done == 0 && said.contains("are damaged") && !said.contains("etch"))
            let fresh = try tinyTrainer(store, tinyOptions()).network.state
            #expect(try trainer.network.state.isBitwiseEqual(to: fresh))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(
                Set(names) == ["resume.safetensors.damaged", "best.safetensors.damaged"])
        }
    }

    @Test(arguments: ["resume.safetensors", "best.safetensors"])
    func aTruncatedFileIsNamed(_ name: String) throws {
        let store = try tinyStore()
        try withFolder { folder in
            try interrupted(tinyTrainer(store, tinyOptions()), folder)
            let file = folder.appending(path: name)
            let whole = try Data(contentsOf: file)
            for length in [0, 7, whole.count / 2, whole.count - 1] {
                try whole.prefix(length).write(to: file)
                let trainer = try tinyTrainer(store, tinyOptions())
                let error = #expect(throws: FormatError.self) {
                    try trainer.resume(from: folder, start: "s")
                }
                #expect(error?.file == file.path)
            }
        }
    }

    @Test func anEmptyFolderHasNothingToTakeUp() throws {
        let store = try tinyStore()
        try withFolder { folder in
            let done = try tinyTrainer(store, tinyOptions()).resume(from: folder, start: "s")
            #expect(done == 0)
        }
    }
}
