import Datasets
import Foundation
import Models
import Testing
import Torch

@testable import Training

/// What trainings on a GPU do, forced onto the CPU: pictures that lie on the device, steps that are read late, and steps
/// that are recorded (which on the CPU run again at each replay).
@Suite struct DeviceUseTests {
    private func use(
        resident: Bool = true, every steps: Int = 1, records: Bool = false
    ) -> DeviceUse {
        var use = DeviceUse(.cpu, recordsSteps: records)
        (use.pictureBytes, use.stepsPerReading) = (resident ? .max : 0, steps)
        return use
    }

    private func trainer(
        _ store: PictureStore, _ options: TrainingOptions, _ use: DeviceUse? = nil,
        state: StateDictionary? = nil, masks: StateDictionary = StateDictionary()
    ) throws -> Trainer {
        try Trainer(
            Model(.resnet18, state ?? tinyState(), masks: masks),
            train: Subset(store, pictures: Array(0..<20)),
            validation: Subset(store, pictures: Array(20..<24)), options: options, use: use)
    }

    /// Mean distance of weights.
    private func far(_ a: StateDictionary, _ b: StateDictionary) throws -> Double {
        var (sum, count) = (0.0, 0)
        for (one, other) in zip(a.entries, b.entries) where one.tensor.rank == 4 {
            let (x, y): ([Float], [Float]) = (
                try one.tensor.detached().values(), try other.tensor.detached().values()
            )
            sum += zip(x, y).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
            count += x.count
        }
        return sum / Double(count)
    }

    /// Whatever is read when: the same weights and records, to the bit.
    @Test(arguments: [1, 2, 3, 100])
    func lateReadingChangesNothing(_ steps: Int) throws {
        let store = try tinyStore()
        let options = tinyOptions()
        let plain = try trainer(store, options)
        try plain.run()
        // Pictures that lie there and are flipped at most have the same bits too.
        for resident in [false, true] {
            let late = try trainer(store, options, use(resident: resident, every: steps))
            var told = 0
            try late.run(onProgress: { _ in told += 1 })
            #expect(late.history == plain.history)
            #expect(try late.network.state.isBitwiseEqual(to: plain.network.state))
            // Three steps an epoch.
            #expect(told == 3 * (steps == 1 ? 3 : steps == 2 ? 2 : 1))
        }
    }

    @Test func aLossThatIsNoNumberIsToldOfItsStep() throws {
        var options = tinyOptions(.sgd(momentum: 0, weightDecay: 1, nesterov: false))
        options.learningRate = 1e38
        func told(_ use: DeviceUse?) throws -> String? {
            let trainer = try trainer(tinyStore(), options, use)
            let error = #expect(throws: TrainingError.self) { try trainer.run() }
            return error?.description
        }
        let plain = try #require(try told(nil))
        #expect(plain.contains("in epoch 1, step"))
        #expect(try told(use(every: 100)) == plain)
    }

    @Test func aTrainingThatReadsLateStops() throws {
        let late = try trainer(tinyStore(), tinyOptions(), use(every: 100))
        var asked = 0
        #expect(throws: Interrupted.self) {
            try late.run(isCancelled: {
                asked += 1
                return asked == 5
            })
        }
        #expect(late.history.count == 1)
    }

    /// Processes that share a training agree where they read; here there is one.
    @Test func aTeamReadsLateToo() throws {
        let port = 20_000 + Int(getpid()) % 20_000
        let group = try ProcessGroup(
            rank: 0, size: 1, at: .init(host: "127.0.0.1", port: port), patience: 30)
        let team = Team(group, synchronizesNorms: false)
        let store = try tinyStore()
        func trained(_ use: DeviceUse?, stopsAt step: Int? = nil) throws -> Trainer {
            let trainer = try Trainer(
                Model(.resnet18, tinyState()), train: Subset(store, pictures: Array(0..<20)),
                validation: Subset(store, pictures: Array(20..<24)), options: tinyOptions(),
                team: team, use: use)
            var asked = 0
            try trainer.run(isCancelled: {
                asked += 1
                return step.map { asked >= $0 } ?? false
            })
            return trainer
        }
        let (plain, late) = (try trained(nil), try trained(use(every: 2)))
        #expect(late.history == plain.history)
        #expect(try late.network.state.isBitwiseEqual(to: plain.network.state))
        #expect(throws: Interrupted.self) { _ = try trained(use(every: 2), stopsAt: 4) }
        let error = #expect(throws: TrainingError.self) { try trained(use(records: true)) }
        #expect(error?.description.contains("cannot be recorded") == true)
    }

    /// A recorded step is the usual one: rates, Adam's count, masks, the odd last batch, seeds of every epoch.
    ///
    /// Roundings grow from step to step, so one step is held to more than eight.
    @Test(arguments: [busySGD, busyAdam], [(20, 1, 1e-3), (6, 2, 0.1)])
    func aRecordedStepIsTheUsualOne(
        _ kind: OptimizerKind, _ run: (batch: Int, epochs: Int, limit: Double)
    ) throws {
        let store = try tinyStore()
        var options = tinyOptions(kind)
        options.augmentation = AugmentationPolicy(.fresh)
        (options.batchSize, options.epochs, options.learningRate) = (run.batch, run.epochs, 1e-3)
        let state = try tinyState()
        let masks = try StateDictionary(
            state.entries.filter { $0.tensor.rank == 4 }.map { name, tensor in
                let values = (0..<tensor.count).map { Float($0 % 3 == 0 ? 0 : 1) }
                let mask = try Tensor(values, tensor.shape)
                try tensor.copy_(tensor * mask)
                return (name, mask)
            })
        let plain = try trainer(store, options, use(), state: state, masks: masks)
        try plain.run()
        let recorded = try trainer(
            store, options, use(every: 3, records: true), state: state, masks: masks)
        try recorded.run()
        #expect(recorded.optimizer.steps == plain.optimizer.steps)
        // Where a gradient is nothing but rounding, Adam goes either way.
        let share =
            try far(plain.network.state, recorded.network.state) / far(plain.network.state, state)
        #expect(share < run.limit, "\(share)")
        for (one, other) in zip(plain.history, recorded.history) {
            #expect(one.learningRate == other.learningRate)
            #expect(abs(one.trainLoss - other.trainLoss) < run.limit * one.trainLoss)
        }
        for (name, mask) in masks.entries {
            let keeps: [Float] = try mask.values()
            let after: [Float] = try recorded.network.state.require(name).detached().values()
            #expect(zip(keeps, after).allSatisfy { $0 == 1 || $1 == 0 }, "\(name)")
        }
    }

    /// A run that was cut off counts Adam's steps on from where it was.
    @Test func aRecordedRunGoesOn() throws {
        let (store, options) = (try tinyStore(), tinyOptions(busyAdam))
        let whole = try trainer(store, options, use(records: true))
        try whole.run()
        try withFolder { folder in
            let first = try trainer(store, options, use(records: true))
            #expect(throws: Interrupted.self) {
                try first.run(isCancelled: { first.history.count == 2 }) { _ in
                } onEpoch: { _ in
                    try first.save(to: folder, start: "s")
                }
            }
            let second = try trainer(store, options, use(records: true))
            #expect(try second.resume(from: folder, start: "s") == 2)
            try second.run()
            #expect(try second.network.state.isBitwiseEqual(to: whole.network.state))
        }
    }

    @Test func recordingNeedsPicturesOnTheDevice() throws {
        let late = try trainer(tinyStore(), tinyOptions(), use(resident: false, records: true))
        let error = #expect(throws: TrainingError.self) { try late.run() }
        #expect(error?.description.contains("has no room") == true)
    }

    @Test func onlyTheCPUIsReadAtEveryStep() {
        #expect(DeviceUse(.cpu).stepsPerReading == 1)
        #expect(DeviceUse(.cuda(0)).stepsPerReading > 1)
        #expect(!DeviceUse(.cuda(0)).recordsSteps)
    }
}
