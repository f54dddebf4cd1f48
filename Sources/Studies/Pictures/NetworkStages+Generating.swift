import Core
import Datasets
import Formats
import Foundation
import Generating
import Models
import Torch
import Training

/// What the training of a generator came to.
package struct GeneratorRecord: Codable, Sendable, Equatable {
    package let kind: GeneratorSettings.Kind
    package let history: [GeneratorEpoch]
    /// Pictures learnt from.
    package let trainCount: Int
}

/// How good and how new a generator's pictures are: as many of each class as were learnt from.
package struct JudgeRecord: Codable, Sendable, Equatable {
    package let kind: GeneratorSettings.Kind
    /// Made pictures, and training pictures that they are held against.
    package let made: Int
    package let training: Int
    /// Pictures of the other parts.
    package let heldOut: Int
    /// Frechet and kernel distance of made from training pictures, by the input of the start weights' last layer.
    package let frechet: Double
    package let kernel: Double
    /// The same of the other parts' photographs from training pictures: what is usual for pictures that are real.
    package let usualFrechet: Double
    package let usualKernel: Double
    /// Made pictures that a network which was fine-tuned on photographs takes for their class.
    package let consistency: Double
    /// The share of the other parts' photographs that the same network takes for theirs.
    package let usualConsistency: Double
    package let memorisation: Memorisation
}

extension NetworkStages {
    /// Trains a generator on a split's training part, and draws what it knows.
    package func generate(_ settings: GeneratorSettings, _ plan: SplitPlan) throws {
        let stage = try Stage(.generate(settings: settings, split: plan), data: data.identity())
        _ = try store.perform(stage) { folder in
            let train = try data.parts(plan).train
            let trainer = try GeneratorTrainer(train: train, settings)
            try trainer.resume(from: folder, start: stage.id) { store.note("  damaged  \($0)") }
            var last = ContinuousClock.now
            try trainer.run(
                isCancelled: isCancelled, onProgress: { onProgress(stage, Trainer.Progress($0)) },
                onEpoch: { record in
                    guard record.epoch < settings.epochs,
                        ContinuousClock.now - last > Self.savingInterval
                    else { return }
                    try trainer.save(to: folder, start: stage.id)
                    last = .now
                })
            let generator = try trainer.generator(
                GeneratorOrigin(
                    data: data.store.fingerprint, split: CanonicalJSON.line.text(plan),
                    pictures: train.count))
            try generator.write(to: Self.generator(folder))
            GeneratorTrainer.clean(folder)
            return GeneratorRecord(
                kind: settings.kind, history: trainer.history, trainCount: train.count)
        }
    }

    /// Measures a generator's pictures.
    ///
    /// - Parameters:
    ///   - start: whose network's features are compared.
    ///   - fine: whose network says what the pictures show.
    package func judge(_ made: Stage, start: Stage, fine: Stage, _ plan: SplitPlan) throws {
        let stage = try Stage(
            .judge(split: plan), parents: [made, start, fine], data: data.identity())
        _ = try store.perform(stage) { folder in
            let generator = try generator(made)
            let record = try judged(generator, network(start), network(fine), plan)
            try draw(generator, in: folder, seed: generator.settings.seed)
            return record
        }
    }

    private func judged(
        _ generator: PictureGenerator, _ start: Model, _ fine: Model, _ plan: SplitPlan
    ) throws -> JudgeRecord {
        let data = try data
        let parts = try data.parts(plan)
        let learnt = Set(parts.train.samples.map(\.picture)).sorted()
        let (pictures, labels) = try generator.pictures(
            like: parts.train, seed: generator.settings.seed, isCancelled: isCancelled)
        let made = Subset(
            data.store.keeping([], adding: pictures, labels: labels),
            pictures: Array(pictures.indices))
        let others = Subset(
            data.store,
            pictures: Set((parts.validation.samples + (parts.test?.samples ?? [])).map(\.picture))
                .subtracting(learnt).sorted())
        let real = try PictureFeatures(of: Subset(data.store, pictures: learnt), start)
        let drawn = try PictureFeatures(of: made, start)
        let held = others.count > 1 ? try PictureFeatures(of: others, start) : real
        let network = try Executor(frozen: fine)
        let evaluator = try Evaluator(preprocessing, device: .cpu)
        let found = try generator.memorisation(
            of: parts.train, drawn: pictures, threads: Runtime.threads)
        return JudgeRecord(
            kind: generator.settings.kind, made: pictures.count, training: learnt.count,
            heldOut: others.count, frechet: try FrechetDistance.between(real, drawn),
            kernel: try KernelDistance.between(real, drawn),
            usualFrechet: try FrechetDistance.between(real, held),
            usualKernel: try KernelDistance.between(real, held),
            consistency: try evaluator.measure(network, made).accuracy,
            usualConsistency: others.count > 0
                ? try evaluator.measure(network, others).accuracy : .nan,
            memorisation: found.found)
    }

    /// Sheets for the report: no photograph is on them.
    private func draw(_ generator: PictureGenerator, in folder: URL, seed: UInt64) throws {
        func write(_ sheet: GeneratorSheet, _ picture: Picture) throws {
            try picture.writePNG(to: folder.appendingPathComponent(sheet.file).path)
        }
        try write(.perClass, generator.sheet(perClass: 8, seed: seed))
        try write(.interpolations, generator.interpolations(steps: 9, seed: seed))
        try write(.traversal, generator.traversal(rows: 6, steps: 9, seed: seed))
        try write(.classes, generator.classTraversal(rows: 6, seed: seed))
    }

    /// The generator that a finished stage left.
    package func generator(_ stage: Stage) throws -> PictureGenerator {
        try store.reading(stage.id) { try PictureGenerator(Self.generator($0)) }
    }

    /// A training part with pictures added.
    func grown(
        _ train: Subset, _ added: (pictures: AddedPictures, generator: Stage?), seed: UInt64
    ) throws -> Subset {
        guard let stage = added.generator else {
            return GeneratedPictures.repeating(added.pictures.share, of: train, seed: seed)
        }
        return try GeneratedPictures.adding(
            added.pictures.share, from: generator(stage), to: train, seed: seed)
    }

    private static func generator(_ folder: URL) -> URL {
        folder.appendingPathComponent("generator.safetensors")
    }
}

/// What a judged generator's folder shows.
package enum GeneratorSheet: String, CaseIterable, Sendable {
    case perClass = "pictures"
    case interpolations
    case traversal
    case classes

    package var file: String { "\(rawValue).png" }

    /// What a reader sees on it.
    package var caption: String {
        switch self {
        case .perClass: "Made pictures, a row a class"
        case .interpolations: "From one made picture to another of its class, a row a class"
        case .traversal:
            "One number moved from -3 to 3 while the others stay, a row each, those first that change most"
        case .classes: "The same numbers as a picture of every class, a row each"
        }
    }
}

extension Trainer.Progress {
    /// A generator's, by the first of its losses.
    init(_ progress: GeneratorTrainer.Progress) {
        self.init(
            epoch: progress.epoch, epochs: progress.epochs, done: progress.done,
            total: progress.total, loss: progress.losses.first?.value ?? .nan, accuracy: nil)
    }
}
