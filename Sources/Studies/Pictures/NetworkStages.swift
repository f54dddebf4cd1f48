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
    let data: PictureData
    let device: Device
    let isCancelled: () -> Bool
    let onProgress: (Stage, Trainer.Progress) -> Void
    /// Whether a training's network is kept, beside its record.
    package var keepsNetwork: (Stage) -> Bool = { _ in true }

    package init(
        _ store: StageStore, _ data: PictureData, device: Device,
        isCancelled: @escaping () -> Bool = { false },
        onProgress: @escaping (Stage, Trainer.Progress) -> Void = { _, _ in }
    ) {
        self.store = store
        self.data = data
        self.device = device
        self.isCancelled = isCancelled
        self.onProgress = onProgress
    }

    /// Puts the pretrained weights and the new classifier into the store.
    package func start(
        _ architecture: Architecture, _ weights: StartWeights, seed: UInt64
    ) throws -> Stage {
        let stage = Stage(
            .start(
                architecture: architecture, weights: weights.identity, classes: data.store.classes,
                seed: seed), parents: weights.stage.map { [$0] } ?? [])
        _ = try store.perform(stage) { folder in
            let pretrained = try Model(
                architecture, weights.state, size: data.store.preprocessing.height)
            try write(pretrained.withNewHead(classes: data.store.classes, seed: seed), folder)
            return Done()
        }
        return stage
    }

    /// Trains, and measures the best validation epoch once on the test part.
    package func train(
        _ parent: Stage, _ options: TrainingOptions, _ plan: SplitPlan
    ) throws -> (stage: Stage, record: TrainingRecord) {
        let stage = try Stage(
            .train(options: options, split: plan), parents: [parent], data: data.identity())
        let record = try store.perform(stage) { folder in
            try trainInside(folder, stage, network(parent), options, plan)
        }
        return (stage, record)
    }

    private func trainInside(
        _ folder: URL, _ stage: Stage, _ start: Model, _ options: TrainingOptions,
        _ plan: SplitPlan
    ) throws -> TrainingRecord {
        let parts = try data.parts(plan)
        let trainer = try Trainer(
            start, train: parts.train, validation: parts.validation, options: options,
            device: device)
        try trainer.resume(from: folder, start: stage.id)
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
        guard let best = trainer.best else { return nil }
        let network = try Executor(trainer.network.model.with(best))
        let found = try Evaluator(data.store.preprocessing, device: device).answers(network, test)
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
            let network = try network(parent)
            let pictures = try split.map { try data.sample($0) }
            let choice = try technique.choose(in: PruningContext(network, pictures: pictures))
            try MaskFile.write(choice.masks, to: folder)
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
        network.metadata["preprocessing"] = try data.store.preprocessing.text()
        try network.write(to: Self.model(folder))
    }

    static func model(_ folder: URL) -> URL {
        folder.appendingPathComponent("model.safetensors")
    }
}

/// The record of a stage that leaves nothing but a network.
private struct Done: Codable {}
