import ArgumentParser
import Core
import Datasets
import Foundation
import Models
import Studies
import Torch
import Training

/// The settings of one training run, with the usual recipe for fine-tuning as defaults.
struct TrainingRunOptions: ParsableArguments {
    @Option(help: "Passes over the training pictures.")
    var epochs = 25
    @Option(help: "Pictures a step.")
    var batchSize = 8
    @Option(help: "Learning rate at the start.")
    var learningRate = 0.001
    @Option(help: "Momentum of SGD (default: 0.9).")
    var momentum: Double?
    @Option(help: "Weight decay.")
    var weightDecay = 0.0
    @Flag(help: "Nesterov's momentum.")
    var nesterov = false
    @Option(help: "sgd or adam.")
    var optimizer = "sgd"
    @Option(help: "How the rate falls: step, cosine or constant.")
    var schedule = "step"
    @Option(help: "float32, or mixed: bfloat16 for forward pass and loss, where that is faster.")
    var precision = "float32"
    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 0
    @OptionGroup var machine: MachineOptions

    /// The settings as the library takes them.
    func options() throws -> TrainingOptions {
        guard
            let schedule = LearningRateSchedule.all.first(where: { $0.name == schedule })?.schedule
        else {
            throw ValidationError(
                NearestName.refusal(
                    of: schedule, "schedule", among: LearningRateSchedule.all.map(\.name)))
        }
        let options = TrainingOptions(
            epochs: epochs, batchSize: batchSize, learningRate: learningRate,
            optimizer: try kind(), schedule: schedule, seed: seed, precision: try .chosen(precision)
        )
        try options.check()
        return options
    }

    private func kind() throws -> OptimizerKind {
        guard weightDecay >= 0, weightDecay.isFinite else {
            throw ValidationError("--weight-decay must be 0 or more, got \(weightDecay)")
        }
        if let momentum, !(0..<1).contains(momentum) {
            throw ValidationError("--momentum must be from 0 to below 1, got \(momentum)")
        }
        switch optimizer {
        case "sgd":
            return .sgd(momentum: momentum ?? 0.9, weightDecay: weightDecay, nesterov: nesterov)
        case "adam":
            guard momentum == nil, !nesterov else {
                throw ValidationError("adam takes neither --momentum nor --nesterov")
            }
            return .adam(beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: weightDecay)
        default:
            throw ValidationError(
                NearestName.refusal(of: optimizer, "optimizer", among: ["sgd", "adam"]))
        }
    }
}

extension Precision {
    /// nil for float32: a run that says so is the run that says nothing.
    static func chosen(_ name: String) throws -> Precision? {
        guard let chosen = Precision(rawValue: name) else {
            throw ValidationError(
                NearestName.refusal(
                    of: name, "precision", among: Precision.allCases.map(\.rawValue)))
        }
        return chosen == .float32 ? nil : chosen
    }
}

/// One training run into a file: resumed where it was cut off, reported epoch by epoch.
struct TrainingRun {
    let data: PictureData
    let plan: SplitPlan
    let options: TrainingOptions
    let device: Device
    /// Where the network goes; `<output>.resume/` holds the run until then.
    let output: URL

    /// What a run came to.
    struct Outcome: Encodable {
        let classes: [String]
        let trainCount: Int
        let history: [EpochRecord]
        /// The epoch whose weights were kept: the best by validation accuracy.
        let bestEpoch: Int?
        /// Of the weights that were kept, on the test part, which decided nothing but under a
        /// protocol that leaks.
        let test: Metrics
        let protocolName: String
        /// What must be said with these numbers; empty under `leak-free`.
        let warnings: [String]

        /// Prints the measurements on the test part, and what must be said with them.
        func show() {
            MetricsText.show(test, classes: classes, on: "test pictures")
            for warning in warnings { print(warning) }
        }
    }

    /// The folder of the unfinished run.
    var resumeFolder: URL { URL(fileURLWithPath: output.path + ".resume") }

    /// Makes the folder of the unfinished run.
    func prepare() throws {
        do {
            try FileManager.default.createDirectory(
                at: resumeFolder, withIntermediateDirectories: true)
        } catch {
            throw TrainingError(
                "\(resumeFolder.path) cannot be created: \(error.localizedDescription)")
        }
    }

    /// Trains, takes the best epoch's weights, and measures them once on the test part.
    ///
    /// - Parameter identity: of the starting state; with the data and the split it tells whether an
    ///   unfinished run is this one.
    func train(_ start: Model, identity: String) throws -> (Model, Outcome) {
        let parts = try data.parts(plan)
        let test = parts.test ?? parts.watched
        let validation = parts.test == nil ? "" : "\(parts.watched.count) to validate, "
        Console.note(
            "  split    \(parts.train.count) to train, \(validation)\(test.count) to test; "
                + (data.given == nil ? "kept together by \(data.groupRule)" : "by the manifest"))
        let warnings = try data.warnings(plan)
        for warning in warnings { Console.note("  \(warning)") }
        let trainer = try Trainer(
            start, train: parts.train, watched: parts.watched, options: options, device: device)
        try run(
            trainer, key: try key(identity), watched: parts.test == nil ? "test" : "validation")
        let state = try (trainer.best ?? trainer.network.state).copied()
        let metrics = try Evaluator(data.store.preprocessing, device: device).measure(
            Executor(start.with(state)), test)
        let network = try start.with(state)
        let accuracies = trainer.history.map(\.evaluation.accuracy)
        let best = accuracies.max().flatMap(accuracies.firstIndex).map { $0 + 1 }
        let outcome = Outcome(
            classes: start.classes, trainCount: parts.train.count, history: trainer.history,
            bestEpoch: best, test: metrics, protocolName: plan.protocolName, warnings: warnings)
        return (network, outcome)
    }

    /// Removes the folder of the run, when its network is in place.
    func finish() {
        Trainer.clean(resumeFolder)
        try? FileManager.default.removeItem(at: resumeFolder)
    }

    private func key(_ identity: String) throws -> String {
        let parts = [
            identity, data.store.fingerprint, try NetworkFiles.text(plan),
            try data.store.preprocessing.text(),
        ]
        return ContentHash.sha256(Data(parts.joined(separator: "\n").utf8))
    }

    private func run(_ trainer: Trainer, key: String, watched: String) throws {
        let done = try trainer.resume(from: resumeFolder, start: key)
        if done > 0 {
            Console.note("  resumed  \(done) of \(options.epochs) epochs were done already")
        } else {
            Trainer.clean(resumeFolder)
        }
        var line: ProgressLine?
        try trainer.run(
            isCancelled: { Interruption.isRequested },
            onProgress: { step in
                let progress =
                    line
                    ?? ProgressLine(
                        "epoch \(step.epoch)/\(step.epochs)", unit: "pictures")
                line = progress
                progress.update(
                    step.done, of: step.total, String(format: "loss %.3f", step.loss))
            },
            onEpoch: { record in
                line?.finish(Self.text(record, watched))
                line = nil
                try trainer.save(to: resumeFolder, start: key)
            })
    }

    private static func text(_ record: EpochRecord, _ watched: String) -> String {
        String(format: "train loss %.3f  ", record.trainLoss) + watched
            + String(
                format: " accuracy %.3f  loss %.3f  macro-F1 %.3f", record.evaluation.accuracy,
                record.evaluation.loss, record.evaluation.macroF1)
    }
}

/// Measurements as people read them.
enum MetricsText {
    /// Accuracy, loss and macro-F1, then the recall of each class.
    static func show(_ metrics: Metrics, classes: [String], on part: String) {
        print(
            String(
                format: "accuracy %.4f  loss %.4f  macro-F1 %.4f", metrics.accuracy, metrics.loss,
                metrics.macroF1) + "  on \(metrics.count) \(part)")
        let rows = zip(classes, metrics.recall).map { name, recall in
            ["  " + name, recall.map { String(format: "%.4f", $0) } ?? "no pictures"]
        }
        NetworkFiles.printTable([["  class", "recall"]] + rows)
    }
}
