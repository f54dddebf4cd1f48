import Core
import Foundation
import Perceptron

/// The two optimisers of the table study: the paper names none.
package enum TableOptimizer: String, Sendable, CaseIterable, Codable {
    case sgd
    case adam

    /// As tables head it.
    package var title: String { self == .sgd ? "SGD" : "Adam" }

    package func rule(rate: Double) -> Optimizer {
        self == .sgd ? .sgd(rate: rate) : .adam(rate: rate)
    }
}

/// Everything that decides the numbers of the table study; the defaults are the paper's.
///
/// A step of Adam moves three numbers for each weight where SGD moves one, and costs four times as
/// much. So that 1000 replicates take minutes, Adam gets fewer; the tables print every n.
package struct TableSettings: Sendable, Codable, Equatable {
    package var seed: UInt64 = 1
    /// Trainings of each net with SGD.
    package var replicates: Int
    /// Trainings of each net with Adam.
    package var adamReplicates: Int
    package var hiddenSizes = [30, 50, 100]
    package var activation = Activation.sigmoid
    package var rate = 0.001
    package var batchSize = 1
    package var epochs = 1200
    package var testFraction = 0.1
    package var similarBounds = DryRun.similarBounds
    package var complementaryBounds = DryRun.complementaryBounds
    /// Epochs of retraining after reduction, and how many replicates of each optimiser get them.
    package var retrainEpochs = 60
    package var retrainReplicates: Int
    package var retrainAdamReplicates: Int
    /// Names of the classifiers that the net is compared with.
    package var baselines = Baseline.all.map(\.name)
    /// Random splits on which the baselines meet the net.
    package var baselineSplits: Int
    package var protocols = TableProtocol.all.map(\.name)
    package var optimizers = TableOptimizer.allCases

    /// The study for `replicates` trainings of each net: a fifth of them with Adam, a tenth (SGD) and
    /// a fiftieth (Adam) retrained, and at least three of each where there are three.
    package init(replicates: Int) {
        self.replicates = replicates
        adamReplicates = Self.part(5, of: replicates)
        retrainReplicates = Self.part(10, of: replicates)
        retrainAdamReplicates = Self.part(50, of: replicates)
        baselineSplits = min(replicates, 10)
    }

    private static func part(_ divisor: Int, of replicates: Int) -> Int {
        min(replicates, max(3, replicates / divisor))
    }

    /// How many replicates of each net `optimizer` trains.
    package func replicates(_ optimizer: TableOptimizer) -> Int {
        optimizer == .sgd ? replicates : adamReplicates
    }

    /// How many of them are retrained after reduction.
    package func retrained(_ optimizer: TableOptimizer) -> Int {
        min(
            replicates(optimizer), optimizer == .sgd ? retrainReplicates : retrainAdamReplicates)
    }

    package func training(_ optimizer: TableOptimizer, epochs: Int) -> TrainingSettings {
        TrainingSettings(
            optimizer: optimizer.rule(rate: rate), batchSize: batchSize, epochs: epochs)
    }

    /// A seed for one use: `"split"`, protocol and replicate for example.
    ///
    /// The first eight bytes of a SHA-256, so that seeds of different uses have nothing in common.
    package func seed(_ parts: String...) -> UInt64 {
        let text = (["winnow table", String(seed)] + parts).joined(separator: "/")
        return ContentHash.seed(text)
    }

    /// Throws unless the study can be done as asked.
    package func check() throws {
        func need(_ condition: Bool, _ message: String) throws {
            if !condition { throw StudyError(message) }
        }
        try need(
            replicates >= 1 && replicates <= 1_000_000,
            "`replicates` must be 1 to 1000000, got \(replicates)")
        try need(
            (1...replicates).contains(adamReplicates),
            "`adamReplicates` must be 1 to `replicates` (\(replicates))")
        try need(
            (0...1_000_000).contains(epochs), "`tableEpochs` must be 0 to 1000000, got \(epochs)")
        try need(!hiddenSizes.isEmpty, "`hidden` needs at least one size")
        try need(
            hiddenSizes.allSatisfy { (1...4096).contains($0) },
            "`hidden` must be 1 to 4096 units")
        try need(rate > 0 && rate.isFinite, "`rate` must be above 0, got \(rate)")
        try need((1...65_536).contains(batchSize), "`batch` must be 1 to 65536")
        try need(retrainEpochs >= 0, "`retrainEpochs` must be at least 0, got \(retrainEpochs)")
        try need(!protocols.isEmpty && !optimizers.isEmpty, "no protocol or optimiser is left")
        for name in protocols { _ = try TableProtocol.named(name) }
        for name in baselines { _ = try Baseline.named(name) }
    }
}
