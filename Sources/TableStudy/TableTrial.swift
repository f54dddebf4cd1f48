import Perceptron

/// One kind of net in the study: its size, its optimiser and its protocol.
package struct TableCell: Sendable, Codable, Hashable {
    package let hidden: Int
    package let optimizer: TableOptimizer
    package let protocolName: String

    package init(hidden: Int, optimizer: TableOptimizer, protocolName: String) {
        self.hidden = hidden
        self.optimizer = optimizer
        self.protocolName = protocolName
    }

    /// A name for files: `as-paper-sgd-30`.
    package var name: String { "\(protocolName)-\(optimizer.rawValue)-\(hidden)" }
}

/// What is done to pairs beyond a bound.
package enum TableReduction: Sendable, Codable, Hashable, CaseIterable {
    case similar
    case complementary(ComplementaryMode)

    package static var allCases: [TableReduction] {
        [.similar] + ComplementaryMode.allCases.map { .complementary($0) }
    }

    /// `similar`, `complementary, paper`.
    package var title: String {
        switch self {
        case .similar: "similar"
        case .complementary(let mode): "complementary, \(mode.rawValue)"
        }
    }

    package func bounds(_ settings: TableSettings) -> [Double] {
        self == .similar ? settings.similarBounds : settings.complementaryBounds
    }
}

/// One net reduced at one bound.
package struct BoundTrial: Sendable, Equatable {
    package let outcome: BoundOutcome
    /// Test accuracy in percent, without retraining.
    package let after: Double
    /// Test accuracy in percent after retraining; `nil` where this replicate was not retrained.
    package var retrained: Double?
}

/// One training of one net, and what reduction at every bound does to it.
package struct TableTrial: Sendable, Equatable {
    package let replicate: Int
    package let testRows: Int
    /// Accuracy in percent before reduction.
    package let before: Double
    package let trainAccuracy: Double
    /// By `TableReduction.allCases`, then by bound.
    package var bounds: [[BoundTrial]]
    /// Test accuracy of the net not reduced but trained as long again as the retrained ones.
    package var control: Double?
}

extension TableTrial {
    /// Numbers that `numbers` writes before those of the bounds, and for each bound.
    private static let head = 5, each = 10

    /// The trial as a run of numbers; what is missing is not a number.
    var numbers: [Double] {
        var numbers = [
            Double(replicate), Double(testRows), before, trainAccuracy, control ?? .nan,
        ]
        for trial in bounds.joined() {
            let outcome = trial.outcome
            numbers += [
                outcome.bound, Double(outcome.pairsFound), Double(outcome.pairsTaken),
                Double(outcome.unitsLeft), outcome.change.largest, outcome.change.mean,
                outcome.change.largestProbability, outcome.change.meanProbability, trial.after,
                trial.retrained ?? .nan,
            ]
        }
        return numbers
    }

    /// How many numbers a trial of `settings` makes.
    static func size(_ settings: TableSettings) -> Int {
        TableReduction.allCases.reduce(head) { $0 + each * $1.bounds(settings).count }
    }

    /// The trial back from its numbers; `nil` where they are not such a trial's.
    init?(numbers: ArraySlice<Double>, _ settings: TableSettings) {
        guard numbers.count == Self.size(settings) else { return nil }
        let all = Array(numbers)
        func whole(_ place: Int) -> Int? { Int(exactly: all[place]) }
        guard let replicate = whole(0), let testRows = whole(1) else { return nil }
        var bounds: [[BoundTrial]] = []
        var place = Self.head
        for reduction in TableReduction.allCases {
            var row: [BoundTrial] = []
            for bound in reduction.bounds(settings) {
                guard all[place] == bound, let found = whole(place + 1),
                    let taken = whole(place + 2), let left = whole(place + 3)
                else { return nil }
                let change = OutputChange(
                    largest: all[place + 4], mean: all[place + 5],
                    largestProbability: all[place + 6], meanProbability: all[place + 7])
                let outcome = BoundOutcome(
                    bound: bound, pairsFound: found, pairsTaken: taken, unitsLeft: left,
                    change: change)
                let retrained = all[place + 9]
                row.append(
                    BoundTrial(
                        outcome: outcome, after: all[place + 8],
                        retrained: retrained.isNaN ? nil : retrained))
                place += Self.each
            }
            bounds.append(row)
        }
        self.init(
            replicate: replicate, testRows: testRows, before: all[2], trainAccuracy: all[3],
            bounds: bounds, control: all[4].isNaN ? nil : all[4])
    }
}
