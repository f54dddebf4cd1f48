import Core

/// What a method may be told; nil where nothing was said.
package struct PruningSettings: Sendable, Hashable {
    /// Their names, as options carry them.
    package enum Setting: String, Codable, Sendable, CaseIterable {
        case amount
        case angle
        case reaching
        case budget
        case pattern
        case scope
        case seed
    }

    /// Fraction of what is not zero already, 0...1.
    package var amount: Double?
    /// Degrees, 0...180.
    package var angle: Double?
    /// Fraction of its filters that some layer loses at the angle that is looked for.
    package var reaching: Double?
    package var budget: Budget?
    package var pattern: WeightPattern?
    package var scope: Scope?
    package var seed: UInt64?

    package init(
        amount: Double? = nil, angle: Double? = nil, reaching: Double? = nil,
        budget: Budget? = nil, pattern: WeightPattern? = nil, scope: Scope? = nil,
        seed: UInt64? = nil
    ) {
        (self.amount, self.angle, self.reaching) = (amount, angle, reaching)
        (self.budget, self.pattern) = (budget, pattern)
        (self.scope, self.seed) = (scope, seed)
    }

    /// What was said.
    fileprivate var given: [(setting: Setting, value: String)] {
        let all: [(Setting, String?)] = [
            (.amount, amount.map { "\($0)" }), (.angle, angle.map { "\($0)" }),
            (.reaching, reaching.map { "\($0)" }),
            (.budget, budget.map { "\($0.measure.rawValue)=\($0.fraction)" }),
            (.pattern, pattern?.words), (.scope, scope?.rawValue), (.seed, seed.map { "\($0)" }),
        ]
        return all.compactMap { setting, value in value.map { (setting, $0) } }
    }

    /// How much goes; one at most may be given.
    fileprivate var selection: Selection? {
        amount.map(Selection.amount) ?? angle.map(Selection.angle)
            ?? reaching.map(Selection.reaching) ?? budget.map(Selection.budget)
            ?? pattern.map(Selection.pattern)
    }
}

/// A technique under a name, but for the numbers that each use gives it.
package struct PruningMethod: Sendable {
    package let name: String
    /// One line.
    package let summary: String
    /// The settings that it reads; any other is refused.
    package let reads: [PruningSettings.Setting]
    package let criterion: Criterion
    /// How much goes where nothing is said.
    private let usual: Selection
    private let make: @Sendable (Selection, Scope, UInt64?) -> Technique

    package init(
        _ name: String, _ summary: String, reads: [PruningSettings.Setting],
        _ criterion: Criterion, usual: Selection = .amount(0.5),
        make: @escaping @Sendable (Selection, Scope, UInt64?) -> Technique
    ) {
        (self.name, self.summary, self.reads) = (name, summary, reads)
        (self.criterion, self.usual, self.make) = (criterion, usual, make)
    }

    /// The paper's techniques and what they are compared with, then every criterion by its own name.
    package static let all: [PruningMethod] =
        paper
        + Criterion.all.map(plain).filter { method in
            !paper.contains { $0.name == method.name }
        }

    /// The method with a name.
    ///
    /// - Throws: `PruningError` with the name that was probably meant, and all of them.
    package static func named(_ name: String) throws -> PruningMethod {
        if let method = all.first(where: { $0.name == name }) { return method }
        throw PruningError(NearestName.refusal(of: name, "method", among: all.map(\.name)))
    }

    /// A criterion with nothing else but how much and where.
    package static func plain(_ criterion: Criterion) -> PruningMethod {
        let angles: [PruningSettings.Setting] = criterion.hasAngles ? [.angle, .reaching] : []
        let isScored = criterion.element == .weights && !criterion.needs.contains(.seed)
        let pattern: [PruningSettings.Setting] = isScored ? [.pattern] : []
        let seed: [PruningSettings.Setting] = criterion.needs.contains(.seed) ? [.seed] : []
        return PruningMethod(
            criterion.name, criterion.summary,
            reads: [.amount] + angles + [.budget] + pattern + [.scope] + seed, criterion
        ) {
            Technique(
                criterion, scope: $1, $0,
                removal: criterion.element == .channels ? .channels : .mask, seed: $2)
        }
    }

    /// The technique with its numbers.
    ///
    /// - Throws: `PruningError` for a setting that it does not read, or two that say how much.
    package func technique(_ settings: PruningSettings = PruningSettings()) throws -> Technique {
        let given = settings.given
        if let stray = given.first(where: { !reads.contains($0.setting) }) {
            throw PruningError(
                "method '\(name)' does not read \(stray.setting.rawValue) (\(stray.value)): it reads "
                    + reads.map(\.rawValue).joined(separator: ", "))
        }
        let amounts = given.filter { ![.scope, .seed].contains($0.setting) }
        guard amounts.count <= 1 else {
            throw PruningError(
                "\(amounts.map { "\($0.setting.rawValue) \($0.value)" }.joined(separator: " and ")): "
                    + "each says how much goes; give one of them")
        }
        let technique = make(settings.selection ?? usual, settings.scope ?? .layer, settings.seed)
        try technique.selection.check()
        if technique.scope != .layer, let stray = amounts.first,
            [.angle, .reaching].contains(stray.setting)
        {
            throw PruningError(
                "\(stray.setting.rawValue) \(stray.value) takes filters of each layer by itself: "
                    + "leave scope \(technique.scope.rawValue) out, or give an amount")
        }
        return technique
    }
}

extension PruningMethod {
    /// The technique with its numbers, how it removes, and what is mended.
    ///
    /// - Parameter removal: the method's own where nil. Where whole channels go, the method's criterion
    ///   decides alone.
    /// - Throws: `PruningError` for settings that do not go together.
    package func technique(
        _ settings: PruningSettings, removal: Removal?, repair: Repair = .none, roundTo: Int? = nil
    ) throws -> Technique {
        let takesChannels = removal?.takesChannels ?? (criterion.element == .channels)
        let method = takesChannels ? Self.plain(criterion) : self
        var technique = try method.technique(settings)
        technique.removal = removal ?? technique.removal
        technique.repair = repair
        technique.roundTo = roundTo
        guard takesChannels || (repair == .none && roundTo == nil) else {
            throw PruningError(
                (repair == .none ? "`roundTo` \(roundTo ?? 1)" : "`repair` \(repair.words)")
                    + " is for whole channels: choose `removal` channels, merge, merge-scaled or fold"
            )
        }
        guard takesChannels || criterion.element != .channels else {
            throw PruningError(
                "method '\(name)' takes whole channels: choose `removal` channels, merge, merge-scaled or "
                    + "fold, not \(technique.removal.rawValue)")
        }
        if let roundTo, !(1...4096).contains(roundTo) {
            throw PruningError("`roundTo` \(roundTo): expected 1 to 4096")
        }
        return technique
    }

    /// What the paper compares (sections 2.4 and 3.3), what it is compared with here, and merging order.
    package static let paper: [PruningMethod] = [
        PruningMethod(
            "percentile", "the given fraction of the weights, smallest absolute value first",
            reads: [.amount, .budget, .scope], .magnitude
        ) { selection, scope, _ in Technique(.magnitude, scope: scope, selection) },
        PruningMethod(
            "random", "as many weights of each layer as percentile takes, at random",
            reads: [.amount, .budget, .scope, .seed], .random
        ) { selection, scope, seed in
            Technique(
                .random,
                scope == .layer
                    ? selection : .matched(.init(.magnitude, scope, selection)), seed: seed)
        },
        PruningMethod(
            "distinctiveness",
            "the later of every two filters of a convolution closer than the angle",
            reads: [.angle, .reaching], .weightAngle, usual: .angle(45)
        ) { selection, _, _ in Technique(.weightAngle, selection) },
        PruningMethod(
            "matched", "percentile, with as many weights of each layer as distinctiveness takes",
            reads: [.angle, .reaching], .magnitude, usual: .angle(45)
        ) { selection, _, _ in
            Technique(.magnitude, .matched(.init(.weightAngle, .layer, selection)))
        },
        PruningMethod(
            "as-the-paper",
            "percentile, at the largest fraction that distinctiveness takes of any layer",
            reads: [.angle, .reaching], .magnitude, usual: .angle(45)
        ) { selection, _, _ in
            Technique(.magnitude, .largestShare(.init(.weightAngle, .layer, selection)))
        },
        PruningMethod(
            "distinctiveness-by-order",
            "the given fraction of a convolution's filters, the most alike merged first",
            reads: [.amount, .budget], .weightAngle
        ) { selection, _, _ in Technique(.weightAngle, selection) },
        PruningMethod(
            "matched-by-order", "percentile, with as many weights of each layer as that takes",
            reads: [.amount], .magnitude
        ) { selection, _, _ in
            Technique(.magnitude, .matched(.init(.weightAngle, .layer, selection)))
        },
    ]
}
