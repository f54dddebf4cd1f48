import Training

/// What the comparison of pruning techniques runs.
package struct TicketSettings: Sendable {
    /// Fractions pruned.
    package var amounts: [Double]
    /// Replicates: seeds 0, 1, ...
    package var seeds: Int
    package var training: TrainingOptions
    package var split: SplitPlan

    package init(amounts: [Double], seeds: Int, training: TrainingOptions, split: SplitPlan) {
        self.amounts = amounts
        self.seeds = seeds
        self.training = training
        self.split = split
    }
}

/// A row of the comparison.
package enum Technique: String, Codable, Sendable, CaseIterable {
    /// The fine-tuned network itself.
    case unpruned
    /// The fine-tuned network trained on for as many epochs again (dense, equal total epochs).
    case control = "unpruned control"
    /// Percentile masks of the fine-tuned weights on the pretrained ones, trained again.
    case percentile = "percentile ticket"
    /// Random masks of the same density on the pretrained weights, trained again.
    case random = "random ticket"
    /// Alike filters removed whole, the fine-tuned weights trained on.
    case distinctiveness
}

/// One training of one technique.
package struct TechniqueRun: Codable, Sendable, Equatable {
    package let technique: Technique
    /// Fraction asked for; nil for the unpruned rows.
    package let amount: Double?
    /// Degrees under which filters counted as alike; distinctiveness only.
    package let angle: Double?
    package let seed: UInt64
    /// nil for the unpruned rows.
    package let pruning: PruningRecord?
    package let training: TrainingRecord
    /// The unpruned network's best watched accuracy of the same seed.
    package let target: Double
    /// Identity of the training stage, whose folder holds the network.
    package let stage: String

    /// Epochs to reach the unpruned accuracy; nil when it never did.
    package var epochsToReach: Int? { training.epochsToReach(target) }
}
