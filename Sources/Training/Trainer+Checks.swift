import Datasets
import Models

/// What keeps numbers that are none out of a network: before training, and after each epoch.
extension Trainer {
    /// Refuses steps that a batch norm cannot take: of one number a channel there is no variance.
    ///
    /// - Throws: `TrainingError` with the sizes that would do.
    static func checkSteps(
        _ start: Model, _ train: Subset, _ options: TrainingOptions, _ team: Team?
    ) throws {
        guard train.count > 0 else { throw TrainingError("no pictures to train on") }
        try team?.check(batchSize: options.batchSize, pictures: train.count)
        guard options.epochs > 0,
            steps(train.count, options, team).contains(where: {
                (team?.normCount($0) ?? $0.count) == 1
            })
        else { return }
        let pictures = train.store.preprocessing
        let (height, width) = (pictures.height, pictures.width)
        guard let norm = try start.starvedNorm(batch: 1, height: height, width: width) else {
            return
        }
        let more =
            train.count > 1
            ? "`batchSize` \(2 * (team?.group.size ?? 1)) or more"
            : "more than one picture to train on"
        let larger = norm.enough.map { ", or pictures of \($0)x\($0) pixels or more" } ?? ""
        throw TrainingError(
            "one picture a step is too little at \(width)x\(height) pixels: the batch norm "
                + "\(norm.layer) gets a single number a channel, which has no variance. Needed: \(more)\(larger)"
        )
    }

    /// Places of an epoch's order that are a step each, over all processes.
    static func steps(_ count: Int, _ options: TrainingOptions, _ team: Team?) -> [Range<Int>] {
        EpochPlan.batches(
            of: options.batchSize, count: count,
            least: team?.least(batchSize: options.batchSize) ?? 2)
    }

    /// Refuses an epoch that left weights, running statistics or the optimiser's memory no numbers: a loss may still be
    /// one.
    func checkNumbers(_ record: EpochRecord) throws {
        do {
            try network.state.requireFinite()
            try optimizer.state.requireFinite()
        } catch let error as NetworkError {
            throw Self.diverged("epoch \(record.epoch) diverged (\(error))", record.learningRate)
        }
    }

    static func diverged(_ what: String, _ rate: Double) -> TrainingError {
        TrainingError(
            "\(what): the learning rate \(rate) is too high for these weights. Give a lower "
                + "`learningRate` (a tenth, or the usual 0.001)")
    }
}
