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

extension Network {
    /// Prunes every layer but the last: sets weights or filters to zero, which training keeps so.
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
                seed: seed)
            let sample = try pictures.map { try $0.data.sample($0.plan) }
            return Network(try technique.pruned(model, pictures: sample).model)
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
