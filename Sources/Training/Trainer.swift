import Datasets
import Models
import Torch

/// Trains a network on pictures, epoch by epoch.
package final class Trainer {
    package let options: TrainingOptions
    package let network: Executor
    let masks: StateDictionary
    let optimizer: Optimizer
    /// The records of the epochs done.
    package internal(set) var history: [EpochRecord] = []
    /// The weights of the best epoch so far by validation accuracy (the first of equals).
    package internal(set) var best: StateDictionary?
    /// The weights that a run leaves, whoever calls it: those of the best epoch, or what it started from where
    /// no epoch was asked for.
    package var kept: StateDictionary { best ?? network.state }
    /// Whether `best` is newer than the file that `save` wrote.
    var isBestUnsaved = false

    private let train: Subset
    private let validation: Subset
    private let batches: BatchMaker
    /// Places of an epoch's order that are a step each.
    private let ranges: [Range<Int>]
    private let evaluator: Evaluator
    private let device: Device
    /// Whose scores are followed, where the options say so.
    private let teacher: Executor?
    /// The processes that share the training; nil where this one does it alone.
    let team: Team?
    private let reducer: GradientReducer?

    /// What a run tells while it goes.
    package struct Progress: Sendable {
        package let epoch: Int
        package let epochs: Int
        /// Pictures done in this epoch, of how many.
        package let done: Int
        package let total: Int
        /// Mean loss of the epoch so far.
        package let loss: Double
        /// Validation accuracy after the last epoch; nil in the first.
        package let accuracy: Double?

        package init(
            epoch: Int, epochs: Int, done: Int, total: Int, loss: Double, accuracy: Double?
        ) {
            (self.epoch, self.epochs, self.done, self.total) = (epoch, epochs, done, total)
            (self.loss, self.accuracy) = (loss, accuracy)
        }
    }

    /// - Parameters:
    ///   - start: where training starts, with its masks; its weights are copied. Masked ones must be zero
    ///     already, and stay so.
    ///   - validation: validation pictures: measured after each epoch, by which the best epoch is chosen.
    ///   - teacher: whose scores are followed, where the options distil.
    ///   - team: processes that share each step's pictures, all with the same arguments.
    package init(
        _ start: Model, train: Subset, validation: Subset, options: TrainingOptions,
        device: Device = .cpu, teacher: Model? = nil, team: Team? = nil
    ) throws {
        try options.check()
        try Self.checkSteps(start, train, options, team)
        guard options.distillation == nil || teacher != nil else {
            throw TrainingError("distillation needs a teacher: the network that is followed")
        }
        self.options = options
        self.train = train
        self.validation = validation
        self.device = device
        self.teacher = try (options.distillation == nil ? nil : teacher).map {
            try Executor(frozen: $0.with($0.state.placed(on: device)))
        }
        masks = try start.masks.placed(on: device)
        network = try Executor(start.with(start.state.placed(on: device)))
        let model = network.model
        let trainable = try model.trained.map { ($0, try model.state.require($0).requiresGrad_()) }
        optimizer = try Optimizer(options.optimizer, trainable, masks: self.masks)
        self.team = team
        reducer = try team.map { try GradientReducer(trainable.map(\.1), in: $0.group) }
        ranges = Self.steps(train.count, options, team)
        batches = try BatchMaker(
            train.store.preprocessing,
            batchSize: ranges.map { (team?.places(of: $0) ?? $0).count }.max() ?? 1, device: device)
        evaluator = try Evaluator(
            train.store.preprocessing, device: device, precision: options.precision ?? .float32)
        try checkMasks("at the start")
    }

    /// Trains the epochs that are left.
    ///
    /// - Parameters:
    ///   - isCancelled: asked before each step; true ends the run with `Interrupted`, the finished epochs kept.
    ///   - onProgress: called after each step.
    ///   - onEpoch: called after each epoch, when `history` and `best` are up to date.
    package func run(
        isCancelled: () -> Bool = { false }, onProgress: (Progress) -> Void = { _ in },
        onEpoch: (EpochRecord) throws -> Void = { _ in }
    ) throws {
        guard let team else { return try runEpochs(isCancelled, onProgress, onEpoch) }
        try team.together { try runEpochs(isCancelled, onProgress, onEpoch) }
    }

    private func runEpochs(
        _ isCancelled: () -> Bool, _ onProgress: (Progress) -> Void,
        _ onEpoch: (EpochRecord) throws -> Void
    ) throws {
        for epoch in history.count..<max(options.epochs, history.count) {
            let record = try trainEpoch(epoch, isCancelled, onProgress)
            try checkNumbers(record)
            try checkMasks("after epoch \(epoch + 1)")
            let top = history.map(\.evaluation.accuracy).max() ?? -1
            history.append(record)
            if record.evaluation.accuracy > top {
                best = try network.state.copied()
                isBestUnsaved = true
            }
            try onEpoch(record)
        }
    }

    private func trainEpoch(
        _ epoch: Int, _ isCancelled: () -> Bool, _ onProgress: (Progress) -> Void
    ) throws -> EpochRecord {
        let rate =
            options.learningRate * options.schedule.factor(epoch: epoch, of: options.epochs)
        // Of the epoch alone, so that a resumed run drops what an undisturbed one does.
        network.generator = try Generator(
            seed: options.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(epoch)
                &+ UInt64(team?.group.rank ?? 0) << 32, device: device)
        let order = EpochPlan(train.samples, seed: options.seed, epoch: epoch).order
        let fresh = options.augmentation.map {
            BatchMaker.Fresh($0, seed: options.seed, epoch: epoch)
        }
        var confusion = ConfusionMatrix(classes: train.store.classes.count)
        var loss = 0.0
        for (index, range) in ranges.enumerated() {
            let stops = isCancelled()
            if stops, team == nil { throw Interrupted(epoch: epoch + 1) }
            var value = try step(order, range, fresh, rate, &confusion)
            if let team {
                let (mean, stop) = try team.agreed(value, of: range, stops: stops)
                if stop { throw Interrupted(epoch: epoch + 1) }
                value = mean
            }
            guard value.isFinite else {
                throw Self.diverged(
                    "the loss became \(value) in epoch \(epoch + 1), step \(index + 1) of "
                        + "\(ranges.count)", rate)
            }
            loss += value * Double(range.count)
            onProgress(
                Progress(
                    epoch: epoch + 1, epochs: options.epochs, done: range.upperBound,
                    total: train.count, loss: loss / Double(range.upperBound),
                    accuracy: history.last?.evaluation.accuracy))
        }
        if let team {
            confusion = try team.group.sums(0, confusion).confusion
            try team.alignNorms(network.model)
        }
        return EpochRecord(
            epoch: epoch + 1, learningRate: rate, trainLoss: loss / Double(train.count),
            trainAccuracy: confusion.accuracy,
            evaluation: try measureWatched(epoch + 1, rate))
    }

    /// The epoch's last step may be the one that breaks the weights: no later loss would tell.
    private func measureWatched(_ epoch: Int, _ rate: Double) throws -> Metrics {
        let metrics = try evaluator.measure(network, validation, in: team?.group)
        guard metrics.loss.isFinite else {
            throw Self.diverged(
                "the loss on the validation pictures became \(metrics.loss) after epoch \(epoch)",
                rate)
        }
        return metrics
    }

    /// One step; returns the mean loss of this process's pictures.
    private func step(
        _ order: [Sample], _ range: Range<Int>, _ fresh: BatchMaker.Fresh?, _ rate: Double,
        _ confusion: inout ConfusionMatrix
    ) throws -> Double {
        try team?.begin(range)
        let samples = order[team?.places(of: range) ?? range]
        let (x, target) = try batches.fill(train, samples, fresh: fresh)
        let (scores, own) = try (options.precision ?? .float32)
            .scores(network, x, target, training: true)
        let loss = try distilled(own, scores, x)
        try optimizer.step(
            down: team.map { try loss * $0.weight(of: range) } ?? loss, lr: rate, by: reducer)
        let value = try loss.item()
        if value.isFinite, team?.share(of: range).isEmpty != true {
            try noGrad { _ = try confusion.add(scores: scores, labels: samples.map(train.label)) }
        }
        return value
    }

    /// The loss with what the teacher says of the same pictures.
    private func distilled(_ loss: Tensor, _ scores: Tensor, _ x: Tensor) throws -> Tensor {
        guard let teacher, let settings = options.distillation else { return loss }
        let followed = try noGrad { try teacher.forward(x, training: false).to(dtype: .float32) }
        return try settings.loss(own: loss, scores, teacher: followed)
    }

    /// The invariant of pruning: what a mask takes out is exactly zero.
    private func checkMasks(_ when: String) throws {
        for (name, mask) in masks.entries {
            let weight = try network.state.require(name)
            let alive = try noGrad {
                try weight.countNonzero() - (weight.detached() * mask).countNonzero()
            }
            if alive != 0 {
                throw TrainingError("\(name): \(alive) pruned weights are not zero \(when)")
            }
        }
    }
}

/// The run was asked to stop; the epochs before `epoch` are safe.
package struct Interrupted: Error, CustomStringConvertible {
    package let epoch: Int

    package init(epoch: Int) { self.epoch = epoch }

    package var description: String {
        "Interrupted in epoch \(epoch)\(epoch > 1 ? "; the epochs before it are safe" : ""). "
            + "Run the same command to go on."
    }
}
