import Models

/// How what is chosen goes.
package enum Removal: String, Codable, Sendable, CaseIterable {
    /// Set to zero and kept so by a mask.
    case mask
    /// Masked, and channels that are silent then taken physically out.
    case cut

    package var summary: String {
        switch self {
        case .mask: "set to zero, and kept so in training"
        case .cut: "silent channels physically taken out: smaller and faster"
        }
    }
}

/// What mends the layers after, before any training.
package enum Repair: String, Codable, Sendable, CaseIterable {
    case none

    package var summary: String { "nothing is mended" }
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
    /// nil where it is pruned only.
    package var rewind: RewindPoint?
    /// nil where nothing is drawn at random.
    package var seed: UInt64?

    package init(
        _ criterion: Criterion, scope: Scope = .layer, _ selection: Selection,
        removal: Removal = .mask, repair: Repair = .none, rewind: RewindPoint? = nil,
        seed: UInt64? = nil
    ) {
        (self.criterion, self.scope, self.selection) = (criterion, scope, selection)
        (self.removal, self.repair, self.rewind) = (removal, repair, rewind)
        self.seed = criterion.needs.contains(.seed) ? seed ?? 0 : nil
    }

    /// What choosing with it looks at: its own criterion's needs, and those of the one it takes numbers from.
    package var needs: Set<Criterion.Need> {
        var needs = Set(criterion.needs)
        switch selection {
        case .matched(let other), .largestShare(let other): needs.formUnion(other.criterion.needs)
        case .amount, .angle, .reaching, .budget: break
        }
        return needs
    }

    /// `magnitude 0.5, global`.
    package var words: String {
        "\(criterion.name) \(selection.words)" + (scope == .global ? ", global" : "")
            + (removal == .cut ? ", cut" : "")
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
        let choice = try choose(in: PruningContext(model, pictures: pictures))
        return Pruned(model: try applied(choice.masks, to: model), choice: choice)
    }

    /// A copy of a network without what the masks take.
    package func applied(_ masks: Masks, to model: Model) throws -> Model {
        var pruned = try model.with(model.state.copied())
        try masks.apply(to: pruned.state)
        pruned.masks = try masks.tensors()
        return removal == .cut ? try Compaction(pruned).model : pruned
    }
}
