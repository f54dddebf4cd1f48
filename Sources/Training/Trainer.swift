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

    let train: Subset
    private let validation: Subset
    let batches: BatchMaker
    /// Places of an epoch's order that are a step each.
    let ranges: [Range<Int>]
    private let evaluator: Evaluator
    let device: Device
    let use: DeviceUse
    /// Whose scores are followed, where the options say so.
    private let teacher: Executor?
    /// The processes that share the training; nil where this one does it alone.
    let team: Team?
    let reducer: GradientReducer?
    /// The step, where it is recorded.
    var recorded: RecordedStep?

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
    ///   - use: of the device; the usual one where nil.
    package init(
        _ start: Model, train: Subset, validation: Subset, options: TrainingOptions,
        device: Device = .cpu, teacher: Model? = nil, team: Team? = nil, use: DeviceUse? = nil
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
        let use = use ?? DeviceUse(device)
        self.use = use
        guard team == nil || !use.recordsSteps else {
            throw TrainingError("a step that several processes share cannot be recorded")
        }
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
            batchSize: ranges.map { (team?.places(of: $0) ?? $0).count }.max() ?? 1, device: device,
            pictureBytes: use.pictureBytes)
        evaluator = try Evaluator(
            train.store.preprocessing, device: device, precision: options.precision ?? .float32,
            use: use)
        try checkMasks("at the start")
    }

    /// Trains the epochs that are left.
    ///
    /// - Parameters:
    ///   - isCancelled: asked before each step; true ends the run with `Interrupted`, the finished epochs kept.
    ///   - onProgress: called whenever losses were read: on the CPU after each step.
    ///   - onEpoch: called after each epoch, when `history` and `best` are up to date.
    package func run(
        isCancelled: () -> Bool = { false }, onProgress: (Progress) -> Void = { _ in },
        onEpoch: (EpochRecord) throws -> Void = { _ in }
    ) throws {
        func epochs() throws { try runEpochs(isCancelled, onProgress, onEpoch) }
        if use.recordsSteps { return try StepGraph.onOwnStream(of: device, epochs) }
        guard let team else { return try epochs() }
        try team.together(epochs)
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

    /// The epoch's last step may be the one that breaks the weights: no later loss would tell.
    func measureWatched(_ epoch: Int, _ rate: Double) throws -> Metrics {
        let metrics = try evaluator.measure(network, validation, in: team?.group)
        guard metrics.loss.isFinite else {
            throw Self.diverged(
                "the loss on the validation pictures became \(metrics.loss) after epoch \(epoch)",
                rate)
        }
        return metrics
    }

    /// The loss with what the teacher says of the same pictures.
    func distilled(_ loss: Tensor, _ scores: Tensor, _ x: Tensor) throws -> Tensor {
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
