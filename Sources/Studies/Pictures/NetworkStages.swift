import Datasets
import Formats
import Foundation
import Models
import Pruning
import Torch
import Training

/// Does the stages of a study on pictures, each once, and keeps their networks in a store.
package struct NetworkStages {
    package let store: StageStore
    private let pictures: LatePictures
    /// How pictures are sized and scaled, as networks' files say.
    let preprocessing: Preprocessing
    let device: Device
    /// How trainings use it; as usual where nil.
    package var use: DeviceUse?
    let isCancelled: () -> Bool
    let onProgress: (Stage, Trainer.Progress) -> Void
    /// Whether a training's network is kept, beside its record.
    package var keepsNetwork: (Stage) -> Bool = { _ in true }
    private let contexts = LastContext()

    package init(
        _ store: StageStore, _ data: PictureData, device: Device,
        isCancelled: @escaping () -> Bool = { false },
        onProgress: @escaping (Stage, Trainer.Progress) -> Void = { _, _ in }
    ) {
        self.init(
            store, data.store.preprocessing, pictures: { data }, device: device,
            isCancelled: isCancelled, onProgress: onProgress)
    }

    /// Stages whose pictures are not read before one of them looks at any.
    package init(
        _ store: StageStore, _ preprocessing: Preprocessing,
        pictures: @escaping () throws -> PictureData, device: Device,
        isCancelled: @escaping () -> Bool = { false },
        onProgress: @escaping (Stage, Trainer.Progress) -> Void = { _, _ in }
    ) {
        self.store = store
        self.preprocessing = preprocessing
        self.pictures = LatePictures(pictures)
        self.device = device
        self.isCancelled = isCancelled
        self.onProgress = onProgress
    }

    /// The pictures, read at the first look.
    var data: PictureData { get throws { try pictures.value() } }

    /// Puts the pretrained weights and the new classifier into the store.
    ///
    /// - Parameter classes: those of the pictures, where they are known already.
    package func start(
        _ architecture: Architecture, _ weights: StartWeights, classes known: [String]? = nil,
        seed: UInt64
    ) throws -> Stage {
        let classes = try known ?? data.store.classes
        let stage = Stage(
            .start(
                architecture: architecture, weights: weights.identity, classes: classes,
                seed: seed), parents: weights.stage.map { [$0] } ?? [])
        _ = try store.perform(stage) { folder in
            let pretrained = try Model(architecture, weights.state, size: preprocessing.height)
            try write(pretrained.withNewHead(classes: classes, seed: seed), folder)
            return Done()
        }
        return stage
    }

    /// Trains, and measures the best validation epoch once on the test part.
    ///
    /// - Parameter added: pictures that the training part grows by, and the stage of what makes them.
    package func train(
        _ parent: Stage, _ options: TrainingOptions, _ plan: SplitPlan,
        added: (pictures: AddedPictures, generator: Stage?)? = nil
    ) throws -> (stage: Stage, record: TrainingRecord) {
        let stage = try Stage(
            .train(options: options, split: plan, added: added?.pictures),
            parents: [parent] + (added?.generator.map { [$0] } ?? []), data: data.identity())
        let record = try store.perform(stage) { folder in
            var parts = try data.parts(plan)
            if let added { parts.train = try grown(parts.train, added, seed: options.seed) }
            return try trainInside(folder, stage, network(parent), options, parts)
        }
        return (stage, record)
    }

    private func trainInside(
        _ folder: URL, _ stage: Stage, _ start: Model, _ options: TrainingOptions,
        _ parts: PictureData.Parts
    ) throws -> TrainingRecord {
        let trainer = try Trainer(
            start, train: parts.train, validation: parts.validation, options: options,
            device: device, use: use)
        try trainer.resumeOrBegin(from: folder, start: stage.id) { store.note("  damaged  \($0)") }
        try trainer.run(
            isCancelled: isCancelled, onProgress: { onProgress(stage, $0) },
            onEpoch: saving(trainer, in: folder, of: stage))
        let tested = try testOnce(trainer, parts.test ?? parts.validation)
        let record = TrainingRecord(
            history: trainer.history, test: parts.test == nil ? nil : tested?.metrics,
            trainCount: parts.train.count, validationCount: parts.validation.count,
            answers: tested?.answers)
        if keepsNetwork(stage) {
            var end = start
            end.state = try trainer.kept.copied()
            try write(end, folder)
        }
        Trainer.clean(folder)
        return record
    }

    /// Saves a training after an epoch, unless it is done or what would be lost is done again in no time.
    func saving(
        _ trainer: Trainer, in folder: URL, of stage: Stage
    ) -> (EpochRecord) throws -> Void {
        var last = ContinuousClock.now
        return { record in
            guard record.epoch < trainer.options.epochs,
                ContinuousClock.now - last > Self.savingInterval
            else { return }
            try trainer.save(to: folder, start: stage.id)
            last = .now
        }
    }

    /// Work that a kill may cost; a save takes a fraction of a second.
    static let savingInterval = Duration.seconds(20)

    /// The only reading of the test part, with the weights of the best validation epoch; under `as-paper`
    /// the validation part once more, for what it was answered.
    private func testOnce(
        _ trainer: Trainer, _ test: Subset
    ) throws -> (metrics: Metrics, answers: Answers)? {
        // Without epochs, what it started from is measured.
        guard trainer.best != nil || trainer.options.epochs == 0 else { return nil }
        let best = trainer.kept
        let network = try Executor(frozen: trainer.network.model.with(best))
        let found = try Evaluator(preprocessing, device: device, use: use).answers(network, test)
        return (
            found.metrics,
            Answers(test.samples, labels: test.samples.map(test.label), given: found.answers)
        )
    }

    /// Chooses what to prune of a network, and keeps the masks.
    ///
    /// - Parameter split: whose training part is looked at, where the criterion looks at pictures.
    @discardableResult
    package func prune(
        _ parent: Stage, _ technique: Technique, _ split: SplitPlan? = nil
    ) throws -> (stage: Stage, record: PruningRecord) {
        let stage = Stage(
            .prune(technique: technique, split: split), parents: [parent],
            data: try split.map { _ in try data.identity() })
        let record = try store.perform(stage) { folder in
            let choice = try technique.choose(in: context(parent, split))
            // Of channels the names and numbers are enough; the smaller network follows from them.
            if let channels = choice.channels {
                try StageStore.write(channels, to: Self.channels(folder))
            } else {
                try MaskFile.write(choice.masks, to: folder)
            }
            return PruningRecord(choice.masks, angle: choice.angle)
        }
        return (stage, record)
    }

    /// The pruned network's masks on an earlier stage's weights, checked bit by bit.
    package func rewind(_ pruned: Stage, to earlier: Stage) throws -> Stage {
        let stage = Stage(.rewind, parents: [pruned, earlier])
        _ = try store.perform(stage) { _ in
            let masks = try masks(pruned)
            let origin = try network(earlier).state
            let ticket = try Rewind.apply(masks, to: origin)
            try Rewind.verify(ticket, masks: masks, checkpoint: origin)
            return Done()
        }
        return stage
    }

    func write(_ network: Model, _ folder: URL) throws {
        var network = network
        network.metadata["preprocessing"] = try preprocessing.text()
        try network.write(to: Self.model(folder))
    }

    /// What criteria and repairs know of a network: computed once for all that prune it.
    func context(_ parent: Stage, _ split: SplitPlan?) throws -> PruningContext {
        try contexts.context(parent.id, split) {
            try PruningContext(network(parent), pictures: split.map { try data.sample($0) })
        }
    }

    static func channels(_ folder: URL) -> URL { folder.appendingPathComponent("channels.json") }

    static func model(_ folder: URL) -> URL {
        folder.appendingPathComponent("model.safetensors")
    }
}

/// The network that was last pruned, as criteria saw it: the next stage most often prunes the same one.
private final class LastContext {
    private var known: (network: String, split: SplitPlan?, context: PruningContext)?

    func context(
        _ network: String, _ split: SplitPlan?, _ make: () throws -> PruningContext
    ) rethrows -> PruningContext {
        // Who looks at no pictures is served by one who does: a study asks for both in turn.
        if let known, known.network == network, split == nil || known.split == split {
            return known.context
        }
        known = nil
        let context = try make()
        known = (network, split, context)
        return context
    }
}

/// Pictures that are read when somebody first looks at them.
private final class LatePictures {
    private let read: () throws -> PictureData
    private var known: PictureData?

    init(_ read: @escaping () throws -> PictureData) { self.read = read }

    func value() throws -> PictureData {
        if let known { return known }
        let data = try read()
        known = data
        return data
    }
}

/// The record of a stage that leaves nothing but a network.
private struct Done: Codable {}
