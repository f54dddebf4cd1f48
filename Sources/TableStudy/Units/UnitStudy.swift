import Core
import Foundation
import Perceptron

/// One trained net, unit by unit: which units could go, why, and what that would do.
package struct UnitStudy: Sendable, Codable, Equatable {
    /// The bounds that decide.
    package struct Bounds: Sendable, Codable, Equatable {
        package var similar = PrintedExample.similarBound
        package var complementary = PrintedExample.complementaryBound
        package var mode = ComplementaryMode.paper
        /// Standard deviation under which a unit's output counts as constant.
        package var constant = 0.02
        /// Root mean square under which a unit's centred vector counts as nothing.
        package var insignificant = 0.02

        package init() {}
    }

    /// One step of reduction, in words.
    package struct Step: Sendable, Codable, Equatable {
        package let units: [Int]
        package let reason: String
        package let certificate: OutputChange
    }

    package let shape: Shape
    package let bounds: Bounds
    package let before: Double
    package let after: Double
    package let unitsLeft: Int
    package let steps: [Step]
    /// What would go at each bound, were it the only one.
    package let dryRun: [DryRunRow]

    package struct DryRunRow: Sendable, Codable, Equatable {
        package let reduction: TableReduction
        package let outcome: BoundOutcome
        package let accuracy: Double
    }

    /// Reduces `net`, trained on `training`: constant units, then insignificant ones, similar pairs,
    /// complementary pairs and joint groups, each among the units still left.
    package init(_ net: Perceptron, training: Patterns, test: Patterns, bounds: Bounds) {
        let hidden = HiddenActivations(net, training), tested = HiddenActivations(net, test)
        func accuracy(_ net: Perceptron) -> Double {
            100 * Double(Logits(net, tested).correct(test.labels)) / Double(max(test.count, 1))
        }
        let vectors = UnitVectors(hidden)
        let angles = UnitAngles(vectors)
        let reduction = Self.reduced(net, hidden, vectors, angles, bounds)
        shape = net.shape
        self.bounds = bounds
        before = accuracy(net)
        after = accuracy(reduction.net)
        unitsLeft = reduction.unitsLeft
        steps = reduction.removals.map {
            Step(units: $0.units, reason: $0.reason.text, certificate: $0.certificate)
        }
        var rows: [DryRunRow] = []
        DryRun.similar(net, hidden, angles, bounds: DryRun.similarBounds) {
            rows.append(DryRunRow(reduction: .similar, outcome: $0, accuracy: accuracy($1.net)))
        }
        let opposite = TableReduction.complementary(bounds.mode)
        DryRun.complementary(
            net, hidden, angles, bounds: DryRun.complementaryBounds, mode: bounds.mode
        ) {
            rows.append(DryRunRow(reduction: opposite, outcome: $0, accuracy: accuracy($1.net)))
        }
        dryRun = rows
    }

    private static func reduced(
        _ net: Perceptron, _ hidden: HiddenActivations, _ vectors: UnitVectors,
        _ angles: UnitAngles, _ bounds: Bounds
    ) -> Reduction {
        var reduction = Reduction(net, hidden)
        for (unit, deviation) in SpecialUnits.constant(hidden, below: bounds.constant) {
            reduction.fold(
                unit, value: hidden.mean(unit), reason: .constant(deviation: deviation))
        }
        for (unit, length) in SpecialUnits.insignificant(vectors, below: bounds.insignificant) {
            reduction.fold(
                unit, value: hidden.mean(unit), reason: .insignificant(length: length))
        }
        for pair in angles.similar(below: bounds.similar) { reduction.merge(pair) }
        for pair in angles.complementary(above: bounds.complementary) {
            reduction.cancel(pair, mode: bounds.mode)
        }
        for group in JointGroups.find(hidden) {
            reduction.spread(group.unit, weights: group.weights, constant: group.constant)
        }
        return reduction
    }
}

extension RemovalReason {
    /// The reason in words; units count from 0.
    var text: String {
        switch self {
        case .similar(let kept, let degrees):
            String(format: "merged into %d, at %.1f degrees", kept, degrees)
        case .complementary(let other, let degrees, let mode):
            String(format: "cancels %d, at %.1f degrees (%@)", other, degrees, mode.rawValue)
        case .constant(let deviation):
            String(format: "constant: standard deviation %.4f", deviation)
        case .insignificant(let length):
            String(format: "insignificant: length %.4f", length)
        case .joint(let weights, let constant):
            "joint: "
                + weights.sorted { $0.key < $1.key }
                .map { String(format: "%+.2f x %d", $0.value, $0.key) }.joined(separator: " ")
                + String(format: " %+.2f", constant)
        }
    }
}

extension UnitStudy {
    /// The study of the first replicate of `cell`, trained by itself.
    ///
    /// Throws `StudyError` for settings that cannot be, or a training that diverges.
    package static func trained(
        _ data: TableData, _ settings: TableSettings, _ cell: TableCell, bounds: Bounds
    ) throws -> UnitStudy {
        try settings.check()
        let trainer = try TableTrainer(data, settings, cell)
        let split = trainer.split(0)
        let job = try trainer.job(0, split)
        let net = try SingleRunTrainer.train(
            job, settings.training(cell.optimizer, epochs: settings.epochs))
        func study() -> UnitStudy {
            UnitStudy(
                net, training: Patterns(job.examples, rows: job.trainingRows),
                test: Patterns(job.examples, rows: split.test), bounds: bounds)
        }
        // Weights of 1e30 are numbers still, but no sums over them: JSON has none for those.
        guard net.isFinite, case let found = study(),
            (try? CanonicalJSON.line.encode(found)) != nil
        else {
            throw StudyError("training diverged at rate \(settings.rate). Choose a smaller `rate`")
        }
        return found
    }
}
