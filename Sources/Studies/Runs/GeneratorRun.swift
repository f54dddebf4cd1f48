import Core
import Datasets
import Formats
import Foundation
import Generating
import Training

/// One training of a generator into a file, on the training part of a division alone; resumed where it was cut off.
package struct GeneratorRun {
    package let data: PictureData
    package let plan: SplitPlan
    package let settings: GeneratorSettings
    /// Where the generator goes; `<output>.resume/` holds the run until then.
    package let output: URL
    /// Whether the finished epochs of an unfinished run of other settings are removed; refused otherwise.
    package var restarts = false
    package var threads = 1
    package var isCancelled: () -> Bool = { false }
    package var onEvent: (Event) -> Void = { _ in }

    package init(data: PictureData, plan: SplitPlan, settings: GeneratorSettings, output: URL) {
        (self.data, self.plan, self.settings, self.output) = (data, plan, settings, output)
    }

    /// What a run tells of itself, in this order.
    package enum Event {
        /// Pictures learnt from, of how many.
        case divided(train: Int, of: Int)
        case warning(String)
        /// Epochs of an earlier run that are taken up.
        case resumed(Int)
        case step(GeneratorTrainer.Progress)
        case epoch(GeneratorEpoch)
    }

    /// What a run came to.
    package struct Outcome: Encodable {
        package let kind: String
        package let classes: [String]
        package let trainCount: Int
        package let last: GeneratorEpoch?
        /// Of as many made pictures as were learnt from.
        package let memorisation: Memorisation
    }

    /// Trains, writes the generator, and looks how near its pictures are to those it learnt from.
    package func train() throws -> (generator: PictureGenerator, outcome: Outcome) {
        let parts = try data.parts(plan)
        onEvent(.divided(train: parts.train.count, of: data.store.count))
        for warning in try data.warnings(plan) { onEvent(.warning(warning)) }
        let trainer = try GeneratorTrainer(train: parts.train, settings)
        let split = try CanonicalJSON.line.text(plan)
        try begin(trainer, ContentHash.sha256(try data.identity() + "\n" + split))
        let generator = try trainer.generator(
            GeneratorOrigin(data: data.store.fingerprint, split: split, pictures: parts.train.count)
        )
        let (found, _) = try generator.memorisation(of: parts.train, threads: threads)
        try generator.write(to: output)
        finish()
        return (
            generator,
            Outcome(
                kind: settings.kind.rawValue, classes: generator.classes,
                trainCount: parts.train.count, last: generator.history.last, memorisation: found)
        )
    }

    private var folder: URL { URL(fileURLWithPath: output.path + ".resume") }

    private func begin(_ trainer: GeneratorTrainer, _ start: String) throws {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw TrainingError("\(folder.path) cannot be created: \(error.localizedDescription)")
        }
        if restarts { GeneratorTrainer.clean(folder) }
        let done = try trainer.resume(from: folder, start: start) { onEvent(.warning($0)) }
        if done > 0 {
            onEvent(.resumed(done))
        } else if let other = GeneratorTrainer.unfinished(in: folder), other > 0 {
            throw TrainingError(
                "\(folder.path) holds \(other) finished epochs of a run with other settings or pictures. "
                    + "Give its settings again to go on with it, write to another `output`, or add "
                    + "`restart` to remove them and begin anew")
        }
        defer { if GeneratorTrainer.unfinished(in: folder) == nil { finish() } }
        var (last, saved) = (ContinuousClock.now, done)
        do {
            try trainer.run(
                isCancelled: isCancelled, onProgress: { onEvent(.step($0)) },
                onEpoch: { record in
                    onEvent(.epoch(record))
                    // A short epoch is sooner done again than written down.
                    guard ContinuousClock.now - last > Self.pause else { return }
                    try trainer.save(to: folder, start: start)
                    (last, saved) = (.now, record.epoch)
                })
        } catch is Interrupted {
            throw Interrupted(epoch: saved + 1)
        }
    }

    /// Between two saves.
    private static let pause = Duration.seconds(10)

    private func finish() {
        GeneratorTrainer.clean(folder)
        rmdir(folder.path)
    }
}

extension PictureGenerator {
    /// As many pictures of each class as a training part has, in the order of the classes.
    package func pictures(
        like train: Subset, seed: UInt64, isCancelled: () -> Bool = { false }
    ) throws -> (pictures: [Picture], labels: [Int]) {
        let labels = Set(train.samples.map(\.picture)).map { train.store.files[$0].label }.sorted()
        let pictures = try classes.indices.flatMap { label in
            try self.pictures(
                of: label, count: labels.count { $0 == label }, seed: seed,
                isCancelled: isCancelled)
        }
        return (pictures, labels)
    }

    /// How near made pictures are to those that were learnt from.
    ///
    /// - Parameter drawn: the made pictures; as many as were learnt from and of the same classes where nil.
    package func memorisation(
        of train: Subset, drawn: [Picture]? = nil, seed: UInt64 = 0, threads: Int
    ) throws -> (
        found: Memorisation, pairs: [(made: Picture, training: Picture, correlation: Float)]
    ) {
        let learnt = Set(train.samples.map(\.picture)).sorted()
        let real = learnt.map { train.store.picture(at: $0) }
        let made = try drawn ?? pictures(like: train, seed: seed).pictures
        let prints = Parallel(threads: threads)
        let (found, pairs) = Memorisation.measure(
            prints.map(made.count) { PicturePrint(made[$0]) },
            training: prints.map(real.count) { PicturePrint(real[$0]) }, threads: threads)
        return (found, pairs.map { (made[$0.made], real[$0.training], $0.correlation) })
    }
}
