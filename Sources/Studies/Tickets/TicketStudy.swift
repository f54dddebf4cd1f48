import Networks
import Pruning
import Torch
import Training

/// Fine-tunes, prunes by each technique, rewinds and retrains, for each amount and seed (paper,
/// sections 3.3 to 3.5).
package struct TicketStudy {
    private let stages: NetworkStages
    private let settings: TicketSettings
    private let architecture: Architecture
    private let weights: (SplitPlan) throws -> StartWeights
    private let onStage: (String) -> Void

    /// - Parameters:
    ///   - weights: what the networks of a split start from.
    ///   - onStage: told what is about to run, in words.
    package init(
        _ stages: NetworkStages, _ settings: TicketSettings, _ architecture: Architecture,
        weights: @escaping (SplitPlan) throws -> StartWeights,
        onStage: @escaping (String) -> Void = { _ in }
    ) {
        self.stages = stages
        self.settings = settings
        self.architecture = architecture
        self.weights = weights
        self.onStage = onStage
    }

    /// The same weights for every split.
    package init(
        _ stages: NetworkStages, _ settings: TicketSettings, _ architecture: Architecture,
        pretrained: StateDictionary, weightsHash: String,
        onStage: @escaping (String) -> Void = { _ in }
    ) {
        let weights = StartWeights(pretrained, hash: weightsHash)
        self.init(stages, settings, architecture, weights: { _ in weights }, onStage: onStage)
    }

    /// Every training of the comparison, by seed, then technique and amount.
    package func run() throws -> [TechniqueRun] {
        try (0..<settings.seeds).flatMap { try replicate(UInt64($0)) }
    }

    private func replicate(_ seed: UInt64) throws -> [TechniqueRun] {
        var options = settings.training
        options.seed = seed
        var split = settings.split
        split.seed = seed
        let context = Context(seed: seed, options: options, split: split)
        let start = try stages.start(architecture, weights(split), seed: seed)
        onStage("seed \(seed)  fine-tune")
        let fine = try stages.train(start, options, split)
        let target = fine.record.best
        var runs = [context.run(.unpruned, fine, target: target)]
        onStage("seed \(seed)  unpruned control")
        runs.append(
            context.run(.control, try stages.train(fine.stage, options, split), target: target))
        for amount in settings.amounts {
            runs += try tickets(amount, fine.stage, start, target, context)
            runs.append(try distinctiveness(amount, fine.stage, target, context))
        }
        return runs
    }

    private func tickets(
        _ amount: Double, _ fine: Stage, _ start: Stage, _ target: Double, _ context: Context
    ) throws -> [TechniqueRun] {
        try [(Technique.percentile, "percentile"), (.random, "random")].map { technique, name in
            onStage("seed \(context.seed)  \(technique.rawValue) \(percent(amount))")
            let options = PruningOptions(amount: amount, seed: context.seed)
            let pruned = try stages.prune(fine, .named(name), options)
            let ticket = try stages.rewind(pruned.stage, to: start)
            let trained = try stages.train(ticket, context.options, context.split)
            return context.run(
                technique, trained, amount: amount, pruning: pruned.record, target: target)
        }
    }

    /// Prunes at the smallest whole angle whose largest layer share reaches the amount (paper,
    /// section 3.3: 45 degrees went with 21.875% and 50 degrees with 50%), and trains on.
    private func distinctiveness(
        _ amount: Double, _ fine: Stage, _ target: Double, _ context: Context
    ) throws -> TechniqueRun {
        onStage("seed \(context.seed)  distinctiveness \(percent(amount))")
        let pruned = try stages.pruneAtAngle(
            fine, .named("distinctiveness"), reaching: amount)
        let trained = try stages.train(pruned.stage, context.options, context.split)
        return context.run(
            .distinctiveness, trained, amount: amount, angle: pruned.record.angle,
            pruning: pruned.record, target: target)
    }

    private func percent(_ amount: Double) -> String {
        "\((amount * 1000).rounded() / 10)%".replacing(".0%", with: "%")
    }
}

/// What all runs of one seed share.
private struct Context {
    let seed: UInt64
    let options: TrainingOptions
    let split: SplitPlan

    func run(
        _ technique: Technique, _ trained: (stage: Stage, record: TrainingRecord),
        amount: Double? = nil, angle: Double? = nil, pruning: PruningRecord? = nil, target: Double
    ) -> TechniqueRun {
        TechniqueRun(
            technique: technique, amount: amount, angle: angle, seed: seed, pruning: pruning,
            training: trained.record, target: target, stage: trained.stage.id)
    }
}
