import Datasets
import Torch

/// One epoch: its steps, and what they came to.
extension Trainer {
    func trainEpoch(
        _ epoch: Int, _ isCancelled: () -> Bool, _ onProgress: (Progress) -> Void
    ) throws -> EpochRecord {
        let rate =
            options.learningRate * options.schedule.factor(epoch: epoch, of: options.epochs)
        try beginDrawing(epoch)
        let order = EpochPlan(train.samples, seed: options.seed, epoch: epoch).order
        let fresh = options.augmentation.map {
            BatchMaker.Fresh($0, seed: options.seed, epoch: epoch)
        }
        let pictures = try batches.sequence(train, order, fresh: fresh)
        var sums = Sums(classes: train.store.classes.count)
        var unread = UnreadSteps()
        for (index, range) in ranges.enumerated() {
            let stops = isCancelled()
            if stops, team == nil { throw Interrupted(epoch: epoch + 1) }
            unread.add(try step(pictures, range, rate))
            guard unread.count == use.stepsPerReading || index == ranges.count - 1 else { continue }
            let steps = ranges[(index + 1 - unread.count)...index]
            if try read(unread.read(), of: steps, order, stops, into: &sums) {
                throw Interrupted(epoch: epoch + 1)
            }
            if let (step, loss) = sums.bad {
                throw Self.diverged(
                    "the loss became \(loss) in epoch \(epoch + 1), step \(step + 1) of "
                        + "\(ranges.count)", rate)
            }
            onProgress(
                Progress(
                    epoch: epoch + 1, epochs: options.epochs, done: range.upperBound,
                    total: train.count, loss: sums.loss / Double(range.upperBound),
                    accuracy: history.last?.evaluation.accuracy))
        }
        if let team {
            sums.confusion = try team.group.sums(0, sums.confusion).confusion
            try team.alignNorms(network.model)
        }
        return EpochRecord(
            epoch: epoch + 1, learningRate: rate, trainLoss: sums.loss / Double(train.count),
            trainAccuracy: sums.confusion.accuracy,
            evaluation: try measureWatched(epoch + 1, rate))
    }

    /// What an epoch's steps came to.
    private struct Sums {
        var loss = 0.0
        var confusion: ConfusionMatrix
        /// The first step whose loss is no number, and that loss.
        var bad: (step: Int, loss: Double)?

        init(classes: Int) { confusion = ConfusionMatrix(classes: classes) }
    }

    /// Adds up what some steps came to, until one of them broke.
    ///
    /// - Returns: whether a process that shares the training was asked to stop.
    private func read(
        _ outcomes: [(loss: Double, answers: [Int])], of steps: ArraySlice<Range<Int>>,
        _ order: [Sample], _ stops: Bool, into sums: inout Sums
    ) throws -> Bool {
        for (range, outcome) in zip(steps, outcomes)
        where outcome.loss.isFinite && team?.share(of: range).isEmpty != true {
            let samples = order[team?.places(of: range) ?? range]
            try sums.confusion.add(answers: outcome.answers, labels: samples.map(train.label))
        }
        var losses = outcomes.map(\.loss)
        if let team {
            let agreed = try team.agreed(losses, of: steps, stops: stops)
            if agreed.stops { return true }
            losses = agreed.losses
        }
        for (index, loss) in zip(steps.indices, losses) {
            guard loss.isFinite else {
                sums.bad = (index, loss)
                break
            }
            sums.loss += loss * Double(ranges[index].count)
        }
        return false
    }

    /// What dropout draws is of the epoch alone, so that a resumed run drops what an undisturbed one does.
    private func beginDrawing(_ epoch: Int) throws {
        let seed =
            options.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(epoch)
            &+ UInt64(team?.group.rank ?? 0) << 32
        // A recorded step draws from the generator with which it was recorded.
        if use.recordsSteps, let generator = network.generator {
            return try generator.restart(seed: seed)
        }
        network.generator = try Generator(seed: seed, device: device)
    }

    /// One step of this process's pictures.
    private func step(
        _ pictures: BatchSequence, _ range: Range<Int>, _ rate: Double
    ) throws -> StepOutcome {
        try team?.begin(range)
        let places = team?.places(of: range) ?? range
        if use.recordsSteps { return try recordedStep(pictures, places, rate) }
        let (x, target) = try pictures(places)
        return try descend(x, target) { loss in
            try optimizer.step(
                down: team.map { try loss * $0.weight(of: range) } ?? loss, lr: rate, by: reducer)
        }
    }

    /// The same, by the recording of an earlier one.
    private func recordedStep(
        _ pictures: BatchSequence, _ places: Range<Int>, _ rate: Double
    ) throws -> StepOutcome {
        guard let resident = pictures.resident else {
            throw TrainingError(
                "a recorded step reads pictures that lie on the device, which has no room for these"
            )
        }
        let rows = try resident.rows(places)
        let step =
            try recorded
            ?? RecordedStep(rows, device: device, generator: network.generator) {
                [unowned self] rows, rate in
                let (x, target) = try resident.batch(rows)
                return try descend(x, target) { try optimizer.step(down: $0, rate: rate) }
            }
        recorded = step
        defer { optimizer.counted() }
        return try step.run(rows, rate: rate)
    }

    /// Scores, loss, and the optimiser's step down from it.
    private func descend(
        _ x: Tensor, _ target: Tensor, _ step: (Tensor) throws -> Void
    ) throws -> StepOutcome {
        let (scores, own) = try (options.precision ?? .float32)
            .scores(network, x, target, training: true)
        let loss = try distilled(own, scores, x)
        try step(loss)
        return try noGrad {
            StepOutcome(loss: try loss.detached(), answers: try scores.argmax(dim: 1))
        }
    }
}
