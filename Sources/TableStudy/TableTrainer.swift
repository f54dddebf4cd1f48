import Core
import Perceptron

/// Trains and reduces up to sixteen replicates of one cell.
///
/// The split and the net's start depend on the replicate alone, so that optimisers, sizes and
/// protocols meet on the same draws where they can.
struct TableTrainer: Sendable {
    let data: TableData
    let settings: TableSettings
    let cell: TableCell
    let protocolUsed: TableProtocol
    /// All rows under the statistics of all rows, made once.
    private let shared: Examples

    init(_ data: TableData, _ settings: TableSettings, _ cell: TableCell) throws {
        self.data = data
        self.settings = settings
        self.cell = cell
        protocolUsed = try TableProtocol.named(cell.protocolName)
        shared = try data.examples(fittedOn: Array(0..<data.count))
    }

    /// The split of replicate `replicate`.
    func split(_ replicate: Int) -> TableSplit {
        var generator = SplitMix64(
            seed: settings.seed("split", cell.protocolName, String(replicate)), stream: 0)
        return protocolUsed.split(data.groups, settings.testFraction, &generator)
    }

    /// The rows of replicate `replicate`, normalised as the protocol says.
    func examples(_ split: TableSplit) throws -> Examples {
        protocolUsed.fitsOnTraining ? try data.examples(fittedOn: split.train) : shared
    }

    /// What training replicate `replicate` from its start needs.
    func job(_ replicate: Int, _ split: TableSplit) throws -> TrainingJob {
        let shape = Shape(inputs: data.inputs, hidden: cell.hidden, outputs: data.classes.count)
        let number = String(replicate)
        return TrainingJob(
            net: Perceptron(
                shape: shape, activation: settings.activation,
                seed: settings.seed("start", String(cell.hidden), number)),
            examples: try examples(split), trainingRows: split.train,
            seed: settings.seed("order", cell.protocolName, number))
    }

    /// Trains and reduces `replicates`, at most sixteen, without retraining.
    func trials(_ replicates: Range<Int>) throws -> [(trial: TableTrial, variants: [Variant])] {
        let splits = replicates.map(split)
        let jobs = try zip(replicates, splits).map(job)
        let nets = try LockstepTrainer.train(
            jobs, settings.training(cell.optimizer, epochs: settings.epochs))
        return try replicates.indices.map { replicate in
            let place = replicate - replicates.lowerBound
            // Weights of 1e30 are numbers still, but no sums over them.
            guard nets[place].isFinite,
                case let found = reduce(
                    nets[place], jobs[place], replicate: replicate, test: splits[place].test),
                found.trial.bounds.joined().allSatisfy({
                    $0.outcome.change.largest.isFinite && $0.outcome.change.mean.isFinite
                })
            else {
                throw StudyError(
                    "\(cell.name), replicate \(replicate): training diverged at rate "
                        + "\(settings.rate). Choose a smaller `rate`")
            }
            return found
        }
    }

    /// Reduces a trained net at every bound.
    private func reduce(
        _ net: Perceptron, _ job: TrainingJob, replicate: Int, test: [Int]
    ) -> (trial: TableTrial, variants: [Variant]) {
        let training = Patterns(job.examples, rows: job.trainingRows)
        let testing = Patterns(job.examples, rows: test)
        let hidden = HiddenActivations(net, training), tested = HiddenActivations(net, testing)
        let angles = UnitAngles(UnitVectors(hidden))
        let before = accuracy(net, tested, testing)
        var variants = [Variant(job: job, net: net, alive: nil, test: testing, place: nil)]
        var bounds: [[BoundTrial]] = []
        for (kind, reduction) in TableReduction.allCases.enumerated() {
            var row: [BoundTrial] = []
            DryRun.run(reduction, net, hidden, angles, settings) { outcome, reduced in
                let last = row.last
                var after = last?.after ?? before
                if outcome.pairsTaken > last?.outcome.pairsTaken ?? 0 {
                    after = accuracy(reduced.net, tested, testing)
                    variants.append(
                        Variant(
                            job: job, net: reduced.net, alive: reduced.alive, test: testing,
                            place: (kind, row.count)))
                }
                row.append(BoundTrial(outcome: outcome, after: after))
            }
            bounds.append(row)
        }
        let trial = TableTrial(
            replicate: replicate, testRows: test.count, before: before,
            trainAccuracy: accuracy(net, hidden, training), bounds: bounds, control: nil)
        return (trial, variants)
    }

    private func accuracy(
        _ net: Perceptron, _ hidden: HiddenActivations, _ rows: Patterns
    ) -> Double {
        100 * Double(Logits(net, hidden).correct(rows.labels)) / Double(max(rows.count, 1))
    }
}

extension DryRun {
    /// The dry run of one kind of reduction at the study's bounds.
    fileprivate static func run(
        _ reduction: TableReduction, _ net: Perceptron, _ hidden: HiddenActivations,
        _ angles: UnitAngles, _ settings: TableSettings,
        visit: (BoundOutcome, Reduction) -> Void
    ) {
        let bounds = reduction.bounds(settings)
        switch reduction {
        case .similar:
            similar(net, hidden, angles, bounds: bounds, visit: visit)
        case .complementary(let mode):
            complementary(net, hidden, angles, bounds: bounds, mode: mode, visit: visit)
        }
    }
}

/// A reduced net to retrain, and which bound of its trial it answers for; `nil`: the control.
struct Variant {
    let job: TrainingJob
    let net: Perceptron
    let alive: [Bool]?
    let test: Patterns
    /// Index of the reduction, and of the first bound with this net.
    let place: (kind: Int, bound: Int)?
}
