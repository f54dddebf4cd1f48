import Models
import Pruning

/// What a network starts from before it is fine-tuned.
package enum StartPoint: String, Codable, Sendable, Hashable, CaseIterable {
    /// Weights of a source task (ImageNet's, or what stands in for them), a new classifier.
    case pretrained
    /// Random weights.
    case scratch
}

/// One way to make a network, whatever the seed and the protocol.
package struct Recipe: Codable, Sendable, Hashable {
    package var technique: StudyTechnique
    /// Fraction to prune; nil for unpruned networks and where an angle decides.
    package var amount: Double?
    /// Degrees under which filters are alike; nil where the amount decides.
    package var angle: Double?
    package var architecture: Architecture
    package var start = StartPoint.pretrained
    /// nil for unpruned networks.
    package var rewind: RewindPoint?
    /// How often it is pruned and trained again, a part of the amount each time; 1 is one shot.
    package var rounds = 1
    /// How much each round takes; geometric where nil.
    package var schedule: PruningSchedule?
    /// What is left of the network; nil where an amount or an angle decides.
    package var budget: Budget?
    /// How what is chosen goes; as the technique does where nil.
    package var removal: Removal?
    /// What is mended before training; nothing where nil.
    package var repair: Repair?
    /// Epochs of training after pruning: as many as the protocol's where nil; 0 measures what is left.
    package var epochs: Int?
    /// How its training pictures are varied and what is added to them; as the protocol says where nil.
    package var augmentation: StudyProtocol.Augmentation?

    /// The network that this one is compared with: of the same start, with nothing pruned.
    package var unpruned: Recipe {
        var recipe = Recipe(technique: .unpruned, architecture: architecture, start: start)
        recipe.augmentation = augmentation
        return recipe
    }

    /// Whether it is what the paper compares: one shot, from pretrained weights, by amount, rewound as
    /// its technique is.
    package func isPlain(_ architecture: Architecture) -> Bool {
        self.architecture == architecture && start == .pretrained && rounds == 1 && angle == nil
            && rewind == technique.usualRewind && budget == nil && removal == nil && repair == nil
            && epochs == nil && augmentation == nil
    }

    /// In words: `percentile ticket 50%, rewound to early epoch`.
    package var label: String {
        var words = technique.name
        if let amount { words += " \(TicketReport.percent(amount))%" }
        if let angle { words += " at \(TicketReport.percent(angle / 100)) degrees" }
        if let budget { words += " to \(budget.measure.rawValue) \(budget.fraction)" }
        if let removal { words += ", \(removal.rawValue)" }
        if let repair, repair != .none { words += ", \(repair.words)" }
        if let epochs { words += epochs == 0 ? ", not trained" : ", \(epochs) epochs" }
        if rounds > 1 { words += " in \(rounds) rounds" }
        if let schedule { words += ", \(schedule.rawValue)" }
        if let rewind, rewind != technique.usualRewind { words += ", from \(rewind.rawValue)" }
        if start == .scratch { words += ", from scratch" }
        if let augmentation { words += ", \(augmentation.words)" }
        return words
    }
}

extension Recipe {
    /// What is pruned in a round, from 1, chosen with `seed`; nil for unpruned networks.
    func pruning(seed: UInt64, round: Int = 1) throws -> Technique? {
        guard let name = technique.method else { return nil }
        let method = try PruningMethod.named(name)
        var settings = PruningSettings()
        if let budget {
            settings.budget = budget
        } else if let angle {
            settings.angle = angle
        } else if technique.readsAngle {
            settings.reaching = amount ?? 0
        } else {
            settings.amount = amount(round: round)
        }
        if method.reads.contains(.seed) { settings.seed = seed }
        return try method.technique(settings, removal: removal, repair: repair ?? .none)
    }
}
