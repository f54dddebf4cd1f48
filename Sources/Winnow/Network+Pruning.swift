import Models
import Pruning
import Studies

/// How much goes.
public enum Amount: Sendable, Hashable {
    /// The fraction of what is not zero yet, lowest scores first, 0...1.
    case fraction(Double)
    /// Every later filter of two closer than this many degrees; for criteria that compare filters by angles.
    case angle(Double)
    /// As little as leaves at most this fraction of the parameters, 0..<1.
    case parameters(Double)
    /// As little as leaves at most this fraction of the multiply-adds, 0..<1.
    case macs(Double)

    fileprivate var selection: Pruning.Selection {
        switch self {
        case .fraction(let amount): .amount(amount)
        case .angle(let angle): .angle(angle)
        case .parameters(let fraction): .budget(Budget(.parameters, fraction))
        case .macs(let fraction): .budget(Budget(.macs, fraction))
        }
    }
}

/// Who competes.
public enum CompetitionScope: Sendable, CaseIterable {
    /// Each layer loses the same fraction.
    case layer
    /// The lowest scores go wherever they are.
    case global
}

/// What mends a network after channels went.
public enum Mending: Sendable, CaseIterable {
    /// Layers after read what went from what stays, by least squares.
    case reading
    /// Each filter puts out the mean and spread that it did before: for networks without batch norms.
    case spread
    /// Batch norms' statistics are taken again.
    case batchNorms

    fileprivate var step: Repair.Step {
        switch self {
        case .reading: .gramRidge
        case .spread: .variance
        case .batchNorms: .batchNorm
        }
    }
}

extension Network {
    /// Prunes every layer but the last: sets weights or filters to zero, which training keeps so; criteria of
    /// whole channels cut them.
    ///
    ///     let half = try network.pruned(by: .magnitude, .fraction(0.5))
    ///
    /// - Parameters:
    ///   - criterion: what scores; `Criterion.all` and your own.
    ///   - amount: how much goes.
    ///   - scope: who competes.
    ///   - pictures: for criteria that look at what the network does; their training part alone is looked at.
    ///   - seed: for criteria that draw at random.
    public func pruned(
        by criterion: Criterion, _ amount: Amount, scope: CompetitionScope = .layer,
        lookingAt pictures: Pictures? = nil, seed: UInt64 = 0
    ) throws -> Network {
        try WinnowError.wrapping {
            let technique = Technique(
                criterion.inner, scope: scope == .layer ? .layer : .global, amount.selection,
                removal: criterion.inner.element == .channels ? .channels : .mask, seed: seed)
            let sample = try pictures.map { try $0.data.sample($0.plan) }
            return Network(try technique.pruned(model, pictures: sample).model)
        }
    }

    /// A smaller network: whole channels are cut from every layer that shares them, and the layers after are
    /// mended from pictures, without labels or training. Fine-tune it further with `retrained`.
    ///
    ///     let half = try network.shrunk(to: .macs(0.5), lookingAt: pictures)
    ///
    /// - Parameters:
    ///   - amount: what is left, or how much goes.
    ///   - criterion: what scores the channels; any.
    ///   - repair: what mends; none where empty.
    ///   - pictures: their training part is looked at.
    ///   - widths: layers keep multiples of so many channels, which processors are faster with.
    ///   - seed: for criteria that draw at random.
    public func shrunk(
        to amount: Amount, by criterion: Criterion = .correlation,
        repair: Set<Mending> = [.reading],
        lookingAt pictures: Pictures, widths: Int = 16, seed: UInt64 = 0
    ) throws -> Network {
        try WinnowError.wrapping {
            let technique = Technique(
                criterion.inner, amount.selection, removal: .channels,
                repair: Repair(repair.map(\.step)), roundTo: widths, seed: seed)
            var small = try technique.pruned(model, pictures: pictures.data.sample(pictures.plan))
                .model
            small.metadata["initial"] = nil
            return Network(small)
        }
    }

    /// The smaller network without the channels that are silent, residual and shortcut channels included: the
    /// same scores, fewer numbers, faster.
    public func cut() throws -> Network {
        try WinnowError.wrapping {
            var smaller = try Compaction(model).model
            smaller.metadata["initial"] = nil
            return Network(smaller)
        }
    }

    /// Fraction of the weights of all convolutions that are not pruned: 1 for a network that is whole.
    public var density: Double {
        get throws {
            try WinnowError.wrapping { try model.pruningMasks()?.density.fraction ?? 1 }
        }
    }
}
