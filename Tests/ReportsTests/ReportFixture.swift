import Core
import Datasets
import Findings
import Foundation
import Models
import Pruning
import TableStudy

@testable import Reports
@testable import Studies
@testable import Training

/// Made-up comparisons, whose numbers depend on technique, amount and seed alone.
enum ReportFixture {
    static func metrics(_ accuracy: Double) -> Metrics {
        var confusion = ConfusionMatrix(classes: 2)
        for index in 0..<1000 {
            confusion.add(truth: 0, predicted: Double(index) < accuracy * 10 ? 0 : 1)
        }
        return Metrics(loss: 1, confusion)
    }

    /// A run that ends at `accuracy` percent after `epochs` epochs.
    static func run(
        _ technique: StudyTechnique, _ amount: Double?, seed: UInt64, _ accuracy: Double,
        epochs: Int = 4, leaks: Bool = false
    ) throws -> TechniqueRun {
        let history = (0..<epochs).map { $0 + 1 }.map { epoch in
            EpochRecord(
                epoch: epoch, learningRate: 0.001, trainLoss: 1, trainAccuracy: 0.5,
                evaluation: metrics(accuracy * (0.5 + 0.5 * Double(epoch) / Double(epochs))))
        }
        let mask = try amount.map { amount in
            let kept = Int((100 * (1 - amount)).rounded())
            return try LayerMask(
                name: "conv1.weight", shape: [10, 10, 1, 1],
                bytes: (0..<100).map { $0 < kept ? 1 : 0 })
        }
        return TechniqueRun(
            technique: technique, amount: amount,
            angle: technique == .distinctiveness ? 45 : nil, seed: seed,
            pruning: try mask.map { PruningRecord(try Masks([$0])) },
            training: TrainingRecord(
                history: history, test: leaks ? nil : metrics(accuracy - 1), trainCount: 100,
                validationCount: 1000),
            target: 0.5, stage: "s")
    }

    static let amounts = [0.1, 0.25, 0.3, 0.5, 0.7, 0.9]

    /// Every technique at every amount.
    ///
    /// - Parameter tuned: also percentile pruning that goes on from the fine-tuned weights, as Fig. 1.
    static func report(
        seeds: Int = 3, amounts: [Double] = amounts, leaks: Bool = false,
        conditions: [String] = [], tuned: Bool = false
    ) throws -> TicketReport {
        let runs = try (0..<seeds).flatMap { index -> [TechniqueRun] in
            let seed = UInt64(index)
            let noise = Double(index) * 0.4
            func run(_ technique: StudyTechnique, _ amount: Double?, _ loss: Double) throws
                -> TechniqueRun
            {
                try Self.run(
                    technique, amount, seed: seed, 60 - loss + noise * (amount ?? 1), leaks: leaks)
            }
            return try [run(.unpruned, nil, 0), run(.control, nil, 0)]
                + amounts.flatMap { amount in
                    try [
                        run(.percentile, amount, amount > 0.5 ? 9 : 0),
                        run(.random, amount, 20 * amount), run(.distinctiveness, amount, 15),
                    ]
                        + (tuned ? [.asThePaper, .matched] : []).map {
                            try run($0, amount, 4)
                        }
                }
        }
        let name = leaks ? "as-paper" : "leak-free"
        return TicketReport(
            conditions: Conditions(legacy: ["Protocol: \(name)"] + conditions), runs: runs,
            protocolName: name)
    }

    /// A study of two experiments: the paper's Fig. 5, and rewinding.
    static func experiments(seeds: Int = 3) throws -> ExperimentReport {
        let recipes = [
            Recipe(technique: .unpruned, architecture: .resnet18),
            Recipe(
                technique: .percentile, amount: 0.5, architecture: .resnet18, rewind: .start),
            Recipe(
                technique: .percentile, amount: 0.5, architecture: .resnet18, rewind: .random),
        ]
        let runs = try (0..<seeds).flatMap { seed in
            try recipes.enumerated().map { index, recipe in
                var run = try run(
                    recipe.technique, recipe.amount, seed: UInt64(seed),
                    60 - 5 * Double(index) + 0.1 * Double(seed * index))
                run.variation = RunVariation(
                    recipe: recipe, protocolName: "leak-free",
                    experiments: index < 2 ? [.figure5, .rewinding] : [.rewinding])
                return run
            }
        }
        return ExperimentReport(conditions: [], runs: runs)
    }

    /// What a study of several experiments leaves besides its comparisons.
    static func writeStudy(_ folder: URL) throws {
        try StageStore.write(experiments(), to: folder.appending(path: "experiments.json"))
        let cost = CostRecord(
            recipe: Recipe(
                technique: .distinctiveness, amount: 0.5, architecture: .resnet18,
                rewind: .fineTuned),
            protocolName: "leak-free", seed: 0, stage: "s", compression: 1.25, speedup: 1.5,
            theoreticalCompression: 1.3, theoreticalSpeedup: 1.6, parameters: 10, macs: 20,
            seconds: 0.004, originalSeconds: 0.005, threads: 2, device: "cpu")
        try StageStore.write([cost], to: folder.appending(path: "costs.json"))
        try StageStore.write(uses, to: folder.appending(path: "uses.json"))
    }

    /// An unpruned and a cut network, in 32-bit and in 8-bit numbers, over two seeds.
    static let uses: [UseRecord] = {
        var cut = Recipe(technique: .percentile, architecture: .resnet18)
        cut.epochs = 0
        let networks: [(Recipe, UseRecord.Numbers, Double, Double)] = [
            (Recipe(technique: .unpruned, architecture: .resnet18), .float32, 0.6, 0.004),
            (Recipe(technique: .unpruned, architecture: .resnet18), .int8, 0.59, 0.001),
            (cut, .float32, 0.58, 0.002), (cut, .int8, 0.57, 0.0005),
        ]
        return networks.flatMap { recipe, numbers, accuracy, seconds in
            (0..<2).map { seed in
                UseRecord(
                    recipe: recipe, protocolName: "leak-free", seed: UInt64(seed), stage: "s",
                    numbers: numbers, accuracy: accuracy + 0.01 * Double(seed),
                    time: seed > 0
                        ? nil
                        : UseRecord.Time(seconds: seconds, unprunedSeconds: 0.004, threads: 2))
            }
        }
    }()

    static func result(_ report: TicketReport) -> PictureResult {
        PictureResult(
            label: PictureResult.protocolName(report), report: report, file: "tickets.json",
            written: nil)
    }

    static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// A folder that is gone after `body`.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "winnow-report-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    /// Puts a record where `winnow reproduce` does.
    static func write(_ report: TicketReport, _ folder: URL, _ name: String) throws {
        let place = folder.appending(path: name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try StageStore.write(report, to: place.appending(path: "tickets.json"))
    }

    /// A table study of a few epochs on the fixture with the real table's layout.
    static func writeTable(_ folder: URL) throws {
        let file = checkout.appending(path: "Tests/Fixtures/sfew-layout.xlsx")
        var settings = TableSettings(replicates: 3)
        settings.epochs = 3
        settings.retrainEpochs = 2
        settings.baselineSplits = 2
        settings.baselines = [Baseline.majority.name]
        let (study, trials) = try TableStudy.run(
            TableData(.read(file)), settings, workers: Parallel(threads: 2), store: nil,
            progress: { _ in })
        let place = folder.appending(path: "table")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try TableRecords(study, trials).write(to: place)
    }

    /// What scripts/setup leaves, where it is there.
    static var tools: ReportTools? {
        let tools = ReportTools(folder: checkout.appending(path: ".dependencies"))
        return (try? tools.readBundle()) == nil ? nil : tools
    }
}
