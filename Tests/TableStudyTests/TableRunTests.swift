import Core
import Foundation
import Perceptron
import Testing

@testable import TableStudy

@Suite struct TableRunTests {
    func trials(
        _ settings: TableSettings, threads: Int = 2, store: TrialStore? = nil
    ) throws -> [TableCell: [TableTrial]] {
        try TableRun(
            sfew, settings, workers: Parallel(threads: threads), store: store, report: { _ in }
        ).trials()
    }

    /// One trial, done again by hand: train, angles, greedy merging, accuracy.
    @Test func trialsAreWhatTheyClaim() throws {
        var settings = smallSettings(1)
        settings.hiddenSizes = [12]
        settings.epochs = 40
        settings.similarBounds = [20, 60, 90]
        settings.complementaryBounds = [150, 100]
        for rule in TableProtocol.all {
            let cell = TableCell(hidden: 12, optimizer: .adam, protocolName: rule.name)
            let trainer = try TableTrainer(sfew, settings, cell)
            let split = trainer.split(0)
            let job = try trainer.job(0, split)
            let net = try LockstepTrainer.train(
                [job], settings.training(.adam, epochs: 40))[0]
            func accuracy(_ net: Perceptron, _ rows: [Int]) -> Double {
                let right = rows.count { row in
                    let scores = Self.scores(net, job.examples.features(row).map(Double.init))
                    return scores.firstIndex(of: scores.max() ?? 0) == sfew.labels[row]
                }
                return 100 * Double(right) / Double(rows.count)
            }
            let trial = try #require(try trials(settings)[cell]?.first)
            #expect(abs(trial.before - accuracy(net, split.test)) < 1e-9)
            #expect(abs(trial.trainAccuracy - accuracy(net, split.train)) < 1e-9)
            let hidden = HiddenActivations(net, Patterns(job.examples, rows: split.train))
            let angles = UnitAngles(UnitVectors(hidden))
            for (place, bound) in settings.similarBounds.enumerated() {
                var reduction = Reduction(net, hidden)
                for pair in angles.similar(below: bound) { reduction.merge(pair) }
                let found = trial.bounds[0][place]
                #expect(found.outcome.unitsLeft == reduction.unitsLeft)
                #expect(abs(found.after - accuracy(reduction.net, split.test)) < 1e-9)
            }
            #expect(trial.bounds[0][2].outcome.pairsTaken > 0)
        }
    }

    static func scores(_ net: Perceptron, _ x: [Double]) -> [Double] {
        let h = (0..<net.shape.hidden).map { unit in
            let z = (0..<net.shape.inputs).reduce(Double(net.hiddenBias[unit])) {
                $0 + Double(net.hiddenWeights[unit * net.shape.inputs + $1]) * x[$1]
            }
            return 1 / (1 + exp(-z))
        }
        return (0..<net.shape.outputs).map { output in
            h.indices.reduce(Double(net.outputBias[output])) {
                $0 + Double(net.outputWeights[output * net.shape.hidden + $1]) * h[$1]
            }
        }
    }

    @Test func threadsDoNotChangeAByte() throws {
        let settings = smallSettings(20)
        let one = try trials(settings, threads: 1), three = try trials(settings, threads: 3)
        #expect(one == three)
        #expect(one.count == 12)
        for (cell, found) in one {
            #expect(found.map(\.replicate) == Array(0..<settings.replicates(cell.optimizer)))
        }
        var other = settings
        other.seed = 2
        #expect(try trials(other) != one)
    }

    /// A replicate is the same whichever others are trained: more replicates only add.
    @Test func moreReplicatesOnlyAdd() throws {
        var few = smallSettings(3), many = smallSettings(18)
        few.retrainReplicates = 3
        many.retrainReplicates = 3
        few.retrainAdamReplicates = 3
        many.retrainAdamReplicates = 3
        let (a, b) = (try trials(few), try trials(many))
        for cell in TableRun.cells(few) {
            #expect(a[cell] == b[cell].map { Array($0.prefix(3)) })
        }
    }

    @Test func retrainingIsRecordedForItsReplicatesAlone() throws {
        var settings = smallSettings(5)
        settings.retrainReplicates = 2
        settings.retrainAdamReplicates = 1
        for (cell, found) in try trials(settings) {
            for trial in found {
                let isRetrained = trial.replicate < (cell.optimizer == .sgd ? 2 : 1)
                #expect((trial.control != nil) == isRetrained)
                for kind in [0, 1] {
                    for bound in trial.bounds[kind] {
                        #expect((bound.retrained != nil) == isRetrained)
                        if bound.outcome.pairsTaken == 0 {
                            #expect(bound.retrained == trial.control)
                        }
                    }
                }
            }
        }
    }

    @Test func divergenceIsAnError() throws {
        var settings = smallSettings(1)
        settings.rate = 1e30
        settings.optimizers = [.sgd]
        #expect(throws: StudyError.self) { try trials(settings) }
    }

    @Test func settingsThatCannotBeAreRefused() {
        let changes: [(inout TableSettings) -> Void] = [
            { $0.replicates = 0 }, { $0.adamReplicates = 5 }, { $0.hiddenSizes = [] },
            { $0.hiddenSizes = [0] }, { $0.rate = -1 }, { $0.batchSize = 0 },
            { $0.protocols = ["x"] }, { $0.baselines = ["x"] }, { $0.optimizers = [] },
            { $0.epochs = -1 },
        ]
        for change in changes {
            var settings = smallSettings(4)
            change(&settings)
            #expect(throws: StudyError.self) { try settings.check() }
        }
    }
}

@Suite struct TrialStoreTests {
    @Test func finishedCellsAreNotDoneAgain() throws {
        try withScratch { folder in
            let settings = smallSettings(3)
            let store = try TrialStore(root: folder, sfew, settings)
            func run(_ report: @escaping @Sendable (StudyProgress) throws -> Void) throws
                -> [TableCell: [TableTrial]]
            {
                try TableRun(
                    sfew, settings, workers: Parallel(threads: 1), store: store, report: report
                ).trials()
            }
            // Stopped after four cells.
            #expect(throws: StudyError.self) {
                try run { if $0.done > 9 { throw StudyError("stop") } }
            }
            let kept = try FileManager.default.contentsOfDirectory(atPath: store.folder.path)
            #expect(kept.count == 4)
            let counter = PieceCounter()
            let resumed = try run { _ in _ = counter.next() }
            #expect(counter.next() == 9)
            let fresh = try TableRun(
                sfew, settings, workers: Parallel(threads: 2), store: nil, report: { _ in }
            ).trials()
            #expect(resumed == fresh)
        }
    }

    @Test func damagedCellsAreDoneAgain() throws {
        try withScratch { folder in
            var settings = smallSettings(2)
            settings.optimizers = [.sgd]
            settings.hiddenSizes = [5]
            settings.protocols = ["as-paper"]
            let store = try TrialStore(root: folder, sfew, settings)
            let cell = TableRun.cells(settings)[0]
            let trials = try TableRun(
                sfew, settings, workers: Parallel(threads: 1), store: store, report: { _ in }
            ).trials()[cell]
            #expect(store.read(cell, settings) == trials)
            let file = store.folder.appending(path: "\(cell.name).trials")
            let whole = try Data(contentsOf: file)
            for damaged in [
                Data(), whole.dropLast(), whole + [0], Data(repeating: 0xFF, count: whole.count),
                Data(repeating: 0, count: whole.count),
            ] {
                try damaged.write(to: file)
                #expect(store.read(cell, settings) == nil)
            }
        }
    }

    @Test func otherSettingsOrDataHaveAnotherFolder() throws {
        try withScratch { folder in
            let first = try TrialStore(root: folder, sfew, smallSettings(3)).folder
            #expect(try TrialStore(root: folder, sfew, smallSettings(3)).folder == first)
            var changed = smallSettings(3)
            changed.rate = 0.002
            #expect(try TrialStore(root: folder, sfew, changed).folder != first)
        }
    }
}
