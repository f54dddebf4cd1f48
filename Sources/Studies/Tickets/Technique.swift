import Findings

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
    /// Percentile masks at the largest fraction that distinctiveness takes of any layer, trained on
    /// (paper, Fig. 1).
    case asThePaper = "percentile as the paper"
    /// Percentile masks with as many weights of each layer as distinctiveness takes, trained on.
    case matched = "percentile matched"
    /// The given fraction of each convolution's filters removed whole, the most alike first, whatever
    /// their angle; the fine-tuned weights trained on.
    case distinctivenessByOrder = "distinctiveness by order"
    /// Percentile masks with as many weights of each layer as that takes, trained on.
    case matchedByOrder = "percentile matched to order"
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
    /// What an experiment beyond the comparison of techniques varies; nil in records of that alone.
    package var variation: RunVariation?

    /// Epochs to reach the unpruned accuracy; nil when it never did.
    package var epochsToReach: Int? { training.epochsToReach(target) }
}

/// What tells runs apart beside technique, amount and seed.
package struct RunVariation: Codable, Sendable, Equatable {
    package let recipe: Recipe
    package let protocolName: String
    /// The experiments that it belongs to.
    package let experiments: [ExperimentID]
}
