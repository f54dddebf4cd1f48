import Models

/// How what is chosen goes.
package enum Removal: String, Codable, Sendable, CaseIterable {
    /// Set to zero and kept so by a mask.
    case mask
    /// Masked, and channels that are silent then taken physically out.
    case cut
    /// Channels cut from every layer that shares them.
    case channels
    /// The same, and the most alike channel that stays takes over the outgoing weights.
    case merge
    /// The same, scaled by the filters' lengths and their batch norms.
    case mergeScaled = "merge-scaled"
    /// Channels go into the most alike that stays, which becomes their mean.
    case fold

    package var summary: String {
        switch self {
        case .mask: "set to zero, and kept so in training"
        case .cut: "silent channels physically taken out: smaller and faster"
        case .channels: "whole channels taken out of every layer that shares them"
        case .merge: "the same; outgoing weights are added to the most alike channel that stays"
        case .mergeScaled: "the same, scaled by lengths and batch norms"
        case .fold: "alike channels become their mean, outgoing weights added"
        }
    }

    /// Whether channels go that several layers share, and the network comes out smaller.
    package var takesChannels: Bool { self != .mask && self != .cut }
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

/// A way to prune, whole: what scores, who competes, how much goes, how, what is mended, and where training
/// starts again. Each is a value of a list of its own; the paper's techniques are such tuples
/// (`PruningMethod.paper`).
package struct Technique: Codable, Sendable, Hashable {
    package var criterion: Criterion
    package var scope: Scope
    package var selection: Selection
    package var removal: Removal
    package var repair: Repair
    /// Widths stay multiples of this where channels go, in groups of four times as many at least;
    /// `usualMultiple` where nil.
    package var roundTo: Int?
    /// nil where it is pruned only.
    package var rewind: RewindPoint?
    /// nil where nothing is drawn at random.
    package var seed: UInt64?

    /// Vector registers are filled by widths in such multiples: of a network cut to half of its multiply-adds
    /// that has others, processors give little of the time back (docs/speed.md).
    package static let usualMultiple = 16

    package init(
        _ criterion: Criterion, scope: Scope = .layer, _ selection: Selection,
        removal: Removal = .mask, repair: Repair = .none, roundTo: Int? = nil,
        rewind: RewindPoint? = nil, seed: UInt64? = nil
    ) {
        (self.criterion, self.scope, self.selection) = (criterion, scope, selection)
        (self.removal, self.repair, self.rewind) = (removal, repair, rewind)
        self.roundTo = roundTo
        self.seed = criterion.needs.contains(.seed) ? seed ?? 0 : nil
    }

    /// What choosing with it looks at: its own criterion's needs, and those of the one it takes numbers from.
    package var needs: Set<Criterion.Need> {
        var needs = Set(criterion.needs)
        switch selection {
        case .matched(let other), .largestShare(let other): needs.formUnion(other.criterion.needs)
        case .amount, .angle, .reaching, .budget, .pattern: break
        }
        if !repair.steps.isEmpty { needs.insert(.pictures) }
        return needs
    }

    /// `magnitude 0.5, global`.
    package var words: String {
        "\(criterion.name) \(selection.words)" + (scope == .layer ? "" : ", \(scope.rawValue)")
            + (removal == .mask ? "" : ", \(removal.rawValue)")
            + (repair == .none ? "" : ", \(repair.words)")
    }

    /// A network that it was applied to.
    package struct Pruned {
        package let model: Model
        /// What was chosen, in the widths of the network before.
        package let choice: Choice
    }

    /// Prunes a model's layers but the last, on top of its own masks.
    ///
    /// - Returns: a network with tensors of its own; the given one is left as it is.
    /// - Throws: `PruningError` for settings out of range, weights that are not finite, pictures that are
    ///   needed and not there, or a budget that cannot be met.
    package func pruned(_ model: Model, pictures: SamplePictures? = nil) throws -> Pruned {
        let context = try PruningContext(model, pictures: pictures)
        let choice = try choose(in: context)
        return Pruned(model: try applied(choice, to: model, context), choice: choice)
    }

    /// A copy of a network without what was chosen of it.
    package func applied(
        _ choice: Choice, to model: Model, _ context: PruningContext
    ) throws -> Model {
        guard let channels = choice.channels else {
            guard repair.steps.isEmpty else {
                throw PruningError(
                    "repair \(repair.words): it mends what whole channels leave behind; choose "
                        + "`removal` channels or one that merges")
            }
            return try applied(choice.masks, to: model)
        }
        return try applied(channels, in: context)
    }

    /// A copy of the context's network without channels that were chosen of it, mended.
    ///
    /// - Parameter channels: of each group, by its first parameter, those that go.
    package func applied(
        _ channels: [String: [Int]], in context: PruningContext
    ) throws -> Model {
        try ChannelRemoval(self, context).removed(channels)
    }

    /// A copy of a network without what the masks take.
    package func applied(_ masks: Masks, to model: Model) throws -> Model {
        var pruned = try model.with(model.state.copied())
        try masks.apply(to: pruned.state)
        pruned.masks = try masks.tensors()
        return removal == .cut ? try Compaction(pruned).model : pruned
    }
}
