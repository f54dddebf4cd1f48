import Core
import Datasets
import Foundation
import Models
import Torch
import Training

extension NetworkStages {
    /// Trains a fresh network to tell the groups in the training part of a split apart.
    ///
    /// Validation and test pictures take no part, so nothing of them reaches a network that starts from
    /// these weights.
    ///
    /// - Throws: `StudyError` where the data has no groups or the training part has fewer than two.
    package func pretrain(
        _ task: SourceTask, _ architecture: Architecture, _ plan: SplitPlan
    ) throws -> (weights: StartWeights, record: SourceRecord) {
        let stage = try Stage(
            .pretrain(task: task, architecture: architecture, split: plan),
            data: data.identity())
        let record = try store.perform(stage) { folder in
            try pretrainInside(folder, stage, task, architecture, plan)
        }
        return (StartWeights(try network(stage).state, madeBy: stage), record)
    }

    private func pretrainInside(
        _ folder: URL, _ stage: Stage, _ task: SourceTask, _ architecture: Architecture,
        _ plan: SplitPlan
    ) throws -> SourceRecord {
        let source = try SourceParts(data, task, plan)
        let classes = source.train.store.classes
        let fresh = try Model.drawn(
            architecture, classes: classes.count, size: source.train.store.preprocessing.height,
            seed: task.training.seed)
        let trainer = try Trainer(
            fresh, train: source.train, validation: source.heldOut, options: task.training,
            device: device, use: use)
        try trainer.resumeOrBegin(from: folder, start: stage.id) { store.note("  damaged  \($0)") }
        try trainer.run(
            isCancelled: isCancelled, onProgress: { onProgress(stage, $0) },
            onEpoch: saving(trainer, in: folder, of: stage))
        guard let last = trainer.history.last else {
            throw StudyError("pretraining on '\(task.question)' needs at least one epoch")
        }
        var network = try fresh.with(trainer.kept.copied())
        network.classes = classes
        try write(network, folder)
        Trainer.clean(folder)
        return SourceRecord(
            groups: source.groups, trainCount: source.train.count, heldOut: last.evaluation,
            history: trainer.history)
    }
}

/// The pictures of a source task: those of a split's training part, labelled by group.
struct SourceParts {
    let train: Subset
    let heldOut: Subset
    /// Groups that have a picture to train on.
    let groups: Int

    init(_ data: PictureData, _ task: SourceTask, _ plan: SplitPlan) throws {
        guard let grouping = data.grouping else {
            throw StudyError("'\(task.question)' needs groups: name them with `groups`")
        }
        let pictures = Set(try data.parts(plan).train.samples.map(\.picture)).sorted()
        var random = SplitMix64(seed: task.training.seed)
        let order = random.shuffledFromBack(pictures)
        let kept = max(1, order.count / max(2, task.heldOut))
        let store = data.store.relabelled(by: grouping)
        heldOut = Subset(store, pictures: order.prefix(kept).sorted())
        train = Subset(store, pictures: order.dropFirst(kept).sorted())
        groups = Set(train.samples.map(train.label)).count
        guard groups >= 2 else {
            throw StudyError(
                "'\(task.question)' needs at least 2 groups to tell apart, the training part has "
                    + "\(groups)")
        }
    }
}
