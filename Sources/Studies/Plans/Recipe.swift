import Models

/// What a network starts from before it is fine-tuned.
package enum StartPoint: String, Codable, Sendable, Hashable, CaseIterable {
    /// Weights of a source task (ImageNet's, or what stands in for them), a new classifier.
    case pretrained
    /// Random weights.
    case scratch
}

/// What the surviving weights go back to before they are trained again.
package enum RewindPoint: String, Codable, Sendable, Hashable, CaseIterable {
    /// They stay as they were fine-tuned, the classifier too.
    case fineTuned = "fine-tuned"
    /// What fine-tuning started from: the pretrained weights, or the random ones from scratch.
    case start
    /// The weights after the first epochs of fine-tuning (Frankle et al. 2020), the classifier too.
    case early = "early epoch"
    /// Other random weights, and the classifier that fine-tuning started with.
    case random
}

/// One way to make a network, whatever the seed and the protocol.
package struct Recipe: Codable, Sendable, Hashable {
    package var technique: Technique
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

    /// The network that this one is compared with: of the same start, with nothing pruned.
    package var unpruned: Recipe {
        Recipe(technique: .unpruned, architecture: architecture, start: start)
    }

    /// Whether it is what the paper compares: one shot, from pretrained weights, by amount, rewound as
    /// its technique is.
    package func isPlain(_ architecture: Architecture) -> Bool {
        self.architecture == architecture && start == .pretrained && rounds == 1 && angle == nil
            && rewind == technique.usualRewind
    }

    /// In words: `percentile ticket 50%, rewound to early epoch`.
    package var label: String {
        var words = technique.rawValue
        if let amount { words += " \(TicketReport.percent(amount))%" }
        if let angle { words += " at \(TicketReport.percent(angle / 100)) degrees" }
        if rounds > 1 { words += " in \(rounds) rounds" }
        if let rewind, rewind != technique.usualRewind { words += ", from \(rewind.rawValue)" }
        if start == .scratch { words += ", from scratch" }
        return words
    }
}

extension Technique {
    /// Where the paper starts to train again; nil for unpruned networks.
    package var usualRewind: RewindPoint? {
        switch self {
        case .unpruned, .control: nil
        case .percentile, .random: .start
        case .distinctiveness, .asThePaper, .matched, .distinctivenessByOrder, .matchedByOrder:
            .fineTuned
        }
    }

    /// The criterion's name in `PruningMethod.all`; nil for unpruned networks.
    package var method: String? {
        switch self {
        case .unpruned, .control: nil
        case .percentile: "percentile"
        case .random: "random"
        case .distinctiveness: "distinctiveness"
        case .asThePaper: "as-the-paper"
        case .matched: "matched"
        case .distinctivenessByOrder: "distinctiveness-by-order"
        case .matchedByOrder: "matched-by-order"
        }
    }

    /// Whether an angle between filters decides how much goes.
    package var readsAngle: Bool { [.distinctiveness, .asThePaper, .matched].contains(self) }
}
