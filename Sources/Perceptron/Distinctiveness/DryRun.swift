/// What reduction at one bound would do, without retraining.
package struct BoundOutcome: Sendable, Codable, Equatable {
    /// The bound in degrees.
    package let bound: Double
    /// Pairs of units beyond the bound, whether or not a unit of theirs was already gone.
    package let pairsFound: Int
    /// Pairs acted on.
    package let pairsTaken: Int
    package let unitsLeft: Int
    /// Change of the outputs over the training patterns since the unreduced net.
    package let change: OutputChange

    package init(
        bound: Double, pairsFound: Int, pairsTaken: Int, unitsLeft: Int, change: OutputChange
    ) {
        self.bound = bound
        self.pairsFound = pairsFound
        self.pairsTaken = pairsTaken
        self.unitsLeft = unitsLeft
        self.change = change
    }
}

/// Reduces a net at one bound after another: since pairs go most extreme first, each bound goes on
/// from where the bound before it stopped.
package struct DryRun {
    /// The paper's bounds and their neighbours: under these, units are similar.
    package static let similarBounds: [Double] = stride(from: 10.0, through: 60, by: 5).map { $0 }
    /// Over these, units are complementary.
    package static let complementaryBounds: [Double] =
        stride(from: 170.0, through: 130, by: -5).map { $0 }

    /// Merges similar units at each of `bounds`, which must rise, and hands each outcome and the
    /// net as it then is to `visit`.
    package static func similar(
        _ net: Perceptron, _ hidden: HiddenActivations, _ angles: UnitAngles, bounds: [Double],
        visit: (BoundOutcome, Reduction) throws -> Void
    ) rethrows {
        let pairs = angles.similar(below: bounds.last ?? 0)
        try run(net, hidden, pairs, bounds, within: { $0.degrees < $1 }, visit) {
            $0.merge($1)
        }
    }

    /// Takes out complementary pairs at each of `bounds`, which must fall.
    package static func complementary(
        _ net: Perceptron, _ hidden: HiddenActivations, _ angles: UnitAngles, bounds: [Double],
        mode: ComplementaryMode, visit: (BoundOutcome, Reduction) throws -> Void
    ) rethrows {
        let pairs = angles.complementary(above: bounds.last ?? 180)
        try run(net, hidden, pairs, bounds, within: { $0.degrees > $1 }, visit) {
            $0.cancel($1, mode: mode)
        }
    }

    private static func run(
        _ net: Perceptron, _ hidden: HiddenActivations, _ pairs: [UnitPair], _ bounds: [Double],
        within: (UnitPair, Double) -> Bool, _ visit: (BoundOutcome, Reduction) throws -> Void,
        act: (inout Reduction, UnitPair) -> Void
    ) rethrows {
        var reduction = Reduction(net, hidden, certifies: false)
        let original = Logits(net, hidden)
        var change = OutputChange.none
        var next = 0, measured = 0
        for bound in bounds {
            while next < pairs.count, within(pairs[next], bound) {
                act(&reduction, pairs[next])
                next += 1
            }
            if reduction.removals.count > measured {
                measured = reduction.removals.count
                change = reduction.change(from: original)
            }
            let outcome = BoundOutcome(
                bound: bound, pairsFound: next, pairsTaken: measured,
                unitsLeft: reduction.unitsLeft, change: change)
            try visit(outcome, reduction)
        }
    }
}
