import Core
import Findings
import Pruning

/// A row of the comparison: an unpruned network, or a way to prune with what is done after it.
///
/// Records and study files know it by its name. Those of the paper have names of their own; every criterion
/// is one too, under its name, its survivors trained on (`all`).
package struct StudyTechnique: Sendable {
    package let name: String
    /// A name of `PruningMethod.all`; nil where nothing is pruned.
    package let method: String?
    /// Where training starts again, where nothing else is said; nil for unpruned networks.
    package let usualRewind: RewindPoint?
    /// Whether it takes its numbers from another technique's, beside which it stands.
    package let isDerived: Bool

    private init(
        _ name: String, _ method: String? = nil, rewind: RewindPoint? = nil,
        isDerived: Bool = false
    ) {
        (self.name, self.method, usualRewind) = (name, method, rewind)
        self.isDerived = isDerived
    }

    /// The fine-tuned network itself.
    package static let unpruned = StudyTechnique("unpruned")
    /// The fine-tuned network trained on for as many epochs again (dense, equal total epochs).
    package static let control = StudyTechnique("unpruned control")
    /// Percentile masks of the fine-tuned weights on the pretrained ones, trained again.
    package static let percentile = StudyTechnique(
        "percentile ticket", "percentile", rewind: .start)
    /// Random masks of the same density on the pretrained weights, trained again.
    package static let random = StudyTechnique("random ticket", "random", rewind: .start)
    /// Alike filters removed whole, the fine-tuned weights trained on.
    package static let distinctiveness = StudyTechnique(
        "distinctiveness", "distinctiveness", rewind: .fineTuned)
    /// Percentile masks at the largest fraction that distinctiveness takes of any layer, trained on
    /// (paper, Fig. 1).
    package static let asThePaper = StudyTechnique(
        "percentile as the paper", "as-the-paper", rewind: .fineTuned, isDerived: true)
    /// Percentile masks with as many weights of each layer as distinctiveness takes, trained on.
    package static let matched = StudyTechnique(
        "percentile matched", "matched", rewind: .fineTuned, isDerived: true)
    /// The given fraction of each convolution's filters removed whole, the most alike first, whatever
    /// their angle; the fine-tuned weights trained on.
    package static let distinctivenessByOrder = StudyTechnique(
        "distinctiveness by order", "distinctiveness-by-order", rewind: .fineTuned)
    /// Percentile masks with as many weights of each layer as that takes, trained on.
    package static let matchedByOrder = StudyTechnique(
        "percentile matched to order", "matched-by-order", rewind: .fineTuned, isDerived: true)

    /// The paper's rows, then every criterion by its own name, trained on. The only list of them.
    package static let all: [StudyTechnique] =
        [
            .unpruned, .control, .percentile, .random, .distinctiveness, .asThePaper, .matched,
            .distinctivenessByOrder, .matchedByOrder,
        ]
        + Criterion.all.map { named(criterion: $0) }

    /// A criterion by its own name, its survivors trained on.
    package static func named(criterion: Pruning.Criterion) -> StudyTechnique {
        StudyTechnique(criterion.name, criterion.name, rewind: .fineTuned)
    }

    /// The technique with a name.
    ///
    /// - Throws: `StudyError` with the name that was probably meant, and all of them.
    package static func named(_ name: String) throws -> StudyTechnique {
        if let technique = all.first(where: { $0.name == name }) { return technique }
        throw StudyError(NearestName.refusal(of: name, "technique", among: all.map(\.name)))
    }

    /// Whether an angle between filters decides how much goes, also where an amount is given.
    package var readsAngle: Bool {
        guard let method, let known = try? PruningMethod.named(method) else { return false }
        return known.reads.contains(.reaching) && !known.reads.contains(.amount)
    }
}

/// Equal when they have the same name.
extension StudyTechnique: NamedValue {}

/// One training of one technique.
package struct TechniqueRun: Codable, Sendable, Equatable {
    package let technique: StudyTechnique
    /// Fraction asked for; nil for the unpruned rows.
    package let amount: Double?
    /// Degrees under which filters counted as alike; distinctiveness only.
    package let angle: Double?
    package let seed: UInt64
    /// nil for the unpruned rows.
    package let pruning: PruningRecord?
    package let training: TrainingRecord
    /// The unpruned network's best validation accuracy of the same seed.
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
