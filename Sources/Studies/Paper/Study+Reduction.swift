import Findings
import Models
import Pruning
import Training

extension Study {
    /// What a smaller network costs: every criterion to three budgets of multiply-adds, with every repair and
    /// none, and after equal fine-tuning; random and k-means folding beside them. Six seeds, 64 px, leak-free; a
    /// third of the pictures tests, in turns.
    package static let reduction: Study = {
        var study = paper
        (study.name, study.preset, study.size) = ("reduction", "reduction", 64)
        var kind = StudyProtocol.leakFree(epochs: 12)
        (kind.test, kind.validation) = (0.333, 0.1)
        study.protocols = [kind]
        study.training = TrainingOptions(
            epochs: 12, batchSize: 16, learningRate: 0.02, schedule: .cosine, augmentation: nil)
        (study.earlyEpochs, study.networks) = (1, .needed)
        study.experiments = ReductionExperiments.all
        study.reductions = study.settingsBelowPaper
        return study
    }()
}

/// The experiments of the preset `reduction`.
enum ReductionExperiments {
    private static let everyCriterion = Pruning.Criterion.all.map {
        StudyTechnique.named(criterion: $0)
    }
    private static let half = Budget(.macs, 0.5)
    private static let budgets = [Budget(.macs, 0.75), half, Budget(.macs, 0.25)]
    private static let repairs: [Repair] = [
        .none, Repair([.batchNorm]), Repair([.gramRidge, .batchNorm]), Repair([.gramRidge]),
    ]

    static let all = [
        Experiment(
            "Without training", [.unpruned] + everyCriterion,
            budgets: budgets, removals: [.channels], repairs: repairs, epochs: [0], cost: true),
        Experiment(
            "Merging and folding",
            [.unpruned]
                + [Pruning.Criterion.weightAngle, .kMeans].map(StudyTechnique.named(criterion:)),
            budgets: [half], removals: [.channels, .merge, .mergeScaled, .fold], repairs: repairs,
            epochs: [0]),
        Experiment(
            "After equal fine-tuning", [.unpruned, .control] + everyCriterion, budgets: budgets,
            removals: [.channels], repairs: [Repair([.gramRidge])], epochs: [6], cost: true),
        Experiment(
            "In use", [.unpruned] + [.l2Norm, .correlation].map(StudyTechnique.named(criterion:)),
            budgets: [Budget(.macs, 0.75), half], removals: [.channels],
            repairs: [Repair([.gramRidge])], epochs: [0], inUse: true),
        Experiment(
            "A stock network", [.unpruned],
            architectures: Architecture(rawValue: "mobilenet_v2").map { [$0] }, starts: [.scratch],
            cost: true, inUse: true),
    ]
}
