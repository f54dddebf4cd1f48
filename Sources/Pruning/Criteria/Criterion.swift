import Core

/// What a criterion says of one layer.
package enum Scores: Sendable {
    /// One number for each weight, row-major, compared by magnitude: the smallest go first.
    case weights([Float])
    /// Weights, every choice of a number of them equally likely.
    case chance(SplitMix64)
    /// One number for each filter (output channel), the smallest go first; nil for one that takes no part.
    case filters([Double?])
    /// Filters by the angles between them: the more alike, the earlier.
    case angles(FilterAngles)
    /// Of so many channels, those that go for a number of them.
    case sets(candidates: Int, @Sendable (Int) -> [Int])
}

/// A way to say which weights or filters matter least: a name, a summary, where it is from, and the
/// function. What is done with the scores is the technique's (`Technique`).
///
/// A new one is a file beside this and a line in `all`; commands, studies, the report and the tests that loop
/// follow from the list.
package struct Criterion: Sendable {
    /// What is scored and goes as a whole.
    package enum Element: String, Sendable, Codable {
        case weights
        case filters
        /// Whole channels, in all layers that share them.
        case channels
    }

    /// What it looks at beside the weights.
    package enum Need: String, Sendable, Codable, CaseIterable {
        /// Draws at random.
        case seed
        /// What the network makes of some pictures.
        case pictures
    }

    package let name: String
    /// One line.
    package let summary: String
    /// Paper and section.
    package let source: String
    package let element: Element
    package let needs: [Need]
    /// Whether an angle may say what goes.
    package let hasAngles: Bool
    /// Whether scores are parts of the loss: those of layers that share channels are added, and those of
    /// different layers compared, as they are. Others are first divided by their layer's mean.
    package let isLoss: Bool
    private let function: Function

    private enum Function: Sendable {
        case layer(@Sendable (LayerWeights, PruningContext, UInt64) throws -> Scores)
        case channels(@Sendable (SharedChannels, PruningContext, UInt64) throws -> Scores)
    }

    /// - Parameter score: of a layer's weights, with what else the context supplies; the last argument is the
    ///   seed.
    package init(
        name: String, summary: String, source: String, element: Element, needs: [Need] = [],
        hasAngles: Bool = false, isLoss: Bool = false,
        score: @escaping @Sendable (LayerWeights, PruningContext, UInt64) throws -> Scores
    ) {
        (self.name, self.summary, self.source) = (name, summary, source)
        (self.element, self.needs, self.hasAngles) = (element, needs, hasAngles)
        (self.isLoss, function) = (isLoss, .layer(score))
    }

    /// One that scores channels that several layers share, together.
    ///
    /// - Parameter score: of the channels, with what else the context supplies; the last argument is the seed.
    package init(
        name: String, summary: String, source: String, needs: [Need] = [],
        scoringChannels score:
            @escaping @Sendable (SharedChannels, PruningContext, UInt64) throws -> Scores
    ) {
        (self.name, self.summary, self.source) = (name, summary, source)
        (self.element, self.needs, hasAngles) = (.channels, needs, false)
        (isLoss, function) = (false, .channels(score))
    }

    /// Every criterion. The only list of them.
    package static let all: [Criterion] = [
        .magnitude, .random, .weightAngle, .activationAngle, .l1Norm, .l2Norm, .batchNormScale,
        .geometricMedian, .activationMean, .activationVariance, .taylor, .snip, .optimalBrainDamage,
        .lamp, .kMeans, .correlation,
    ]

    /// The criterion with a name.
    ///
    /// - Throws: `PruningError` with the name that was probably meant, and all of them.
    package static func named(_ name: String) throws -> Criterion {
        if let criterion = all.first(where: { $0.name == name }) { return criterion }
        throw PruningError(
            NearestName.refusal(of: name, "criterion", kinds: "criteria", among: all.map(\.name)))
    }

    func scores(_ layer: LayerWeights, _ context: PruningContext, seed: UInt64) throws -> Scores {
        guard case .layer(let function) = function else {
            throw PruningError(
                "criterion '\(name)' scores whole channels in all layers that share them: choose "
                    + "`removal` channels or one that merges")
        }
        let found = try function(layer, context, seed)
        func need(_ count: Int, _ expected: Int, _ finite: Bool) throws {
            guard count == expected, finite else {
                throw PruningError(
                    "criterion '\(name)' gave \(count) scores for '\(layer.name)'"
                        + (finite ? "" : ", not all of them numbers")
                        + ": expected \(expected), none of them NaN")
            }
        }
        switch found {
        case .weights(let scores):
            var isNumber = true
            for score in scores { isNumber = isNumber && !score.isNaN }
            try need(scores.count, layer.values.count, isNumber)
        case .filters(let scores):
            try need(
                scores.count, layer.shape[0], !scores.contains { $0?.isNaN ?? false })
        case .chance, .angles, .sets: break
        }
        return found
    }

    /// The scores of channels that layers share; nil where none of the layers takes part.
    func scores(
        _ shared: SharedChannels, _ context: PruningContext, seed: UInt64
    ) throws -> Scores? {
        switch function {
        case .channels(let function): try function(shared, context, seed)
        case .layer: try shared.together(self, context, seed: seed)
        }
    }
}

/// Equal when they have the same name, by which files and stages know them.
extension Criterion: NamedValue {}
