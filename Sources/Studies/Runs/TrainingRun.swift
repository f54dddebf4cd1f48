import Core
import Datasets
import Foundation
import Models
import Torch
import Training

/// One training run into a file: resumed where it was cut off, reported epoch by epoch.
package struct TrainingRun {
    package let data: PictureData
    package let plan: SplitPlan
    package let options: TrainingOptions
    package let device: Device
    /// Where the network goes; `<output>.resume/` holds the run until then.
    package let output: URL
    /// Whether the finished epochs of an unfinished run of other settings are removed; refused otherwise.
    package var restarts = false
    /// How the device is used; as usual where nil.
    package var use: DeviceUse?
    /// Processes that share the training, all with the same settings; only process 0 writes files.
    package var team: Team?
    /// Asked after each step; true stops, to be gone on with.
    package var isCancelled: () -> Bool = { false }
    /// Told how far the run is.
    package var onEvent: (Event) -> Void = { _ in }

    package init(
        data: PictureData, plan: SplitPlan, options: TrainingOptions, device: Device, output: URL
    ) {
        (self.data, self.plan, self.options) = (data, plan, options)
        (self.device, self.output) = (device, output)
    }

    /// What a run tells of itself, in this order.
    package enum Event {
        /// Pictures of each part; no validation part where the test part takes its place.
        case divided(train: Int, validation: Int?, test: Int)
        /// So many convolutions have no batch norm, which an exporter folded away; it can be put back.
        case normsFolded(Int)
        /// Batch norm is back behind so many convolutions.
        case normsRestored(Int)
        /// What must be said with its numbers.
        case warning(String)
        /// Epochs of an earlier run that are taken up.
        case resumed(Int)
        case step(Trainer.Progress)
        /// - Parameter on: the part that was measured: `validation` or `test`.
        case epoch(EpochRecord, on: String)
    }

    /// What a run came to.
    package struct Outcome: Encodable {
        package let classes: [String]
        package let trainCount: Int
        package let history: [EpochRecord]
        /// The epoch whose weights were kept: the best by validation accuracy.
        package let bestEpoch: Int?
        /// Of the weights that were kept, on the test part, which decided nothing but under a
        /// protocol that leaks.
        package let test: Metrics
        package let protocolName: String
        /// What must be said with these numbers; empty under `leak-free`.
        package let warnings: [String]
    }

    /// The folder of the unfinished run.
    package var resumeFolder: URL { URL(fileURLWithPath: output.path + ".resume") }

    /// Makes the folder of the unfinished run.
    package func prepare() throws {
        guard leads else { return }
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
    /// - Parameters:
    ///   - identity: of the starting state; with the data and the split it tells whether an unfinished run is
    ///     this one.
    ///   - teacher: whose scores are followed, where the options distil.
    package func train(
        _ start: Model, identity: String, teacher: Model? = nil
    ) throws -> (Model, Outcome) {
        do {
            return try trained(start, identity, teacher)
        } catch {
            // Nothing is left of a run of which no epoch was finished.
            if leads, !Trainer.isSaved(in: resumeFolder) { finish() }
            throw error
        }
    }

    private func trained(
        _ start: Model, _ identity: String, _ teacher: Model?
    ) throws -> (Model, Outcome) {
        let parts = try data.parts(plan)
        let test = parts.test ?? parts.validation
        onEvent(
            .divided(
                train: parts.train.count,
                validation: parts.test.map { _ in parts.validation.count },
                test: test.count))
        let warnings = try data.warnings(plan)
        for warning in warnings { onEvent(.warning(warning)) }
        let trainer = try Trainer(
            start, train: parts.train, validation: parts.validation, options: options,
            device: device, teacher: teacher, team: team, use: use)
        if let line = try data.store.pixels.whyNotResident(on: device) { onEvent(.warning(line)) }
        let key = try key(identity)
        try team?.requireAgreement(on: key + CanonicalJSON.line.text(options))
        try run(trainer, key: key, measuredOn: parts.test == nil ? "test" : "validation")
        let state = try trainer.shared()
        let metrics = try measured(start.with(state), test)
        let network = try start.with(state)
        let accuracies = trainer.history.map(\.evaluation.accuracy)
        let best = accuracies.max().flatMap(accuracies.firstIndex).map { $0 + 1 }
        let outcome = Outcome(
            classes: start.classes, trainCount: parts.train.count, history: trainer.history,
            bestEpoch: best, test: metrics, protocolName: plan.protocolName, warnings: warnings)
        return (network, outcome)
    }

    /// Whether this process writes the files of the run.
    var leads: Bool { team?.leads ?? true }

    private func measured(_ network: Model, _ test: Subset) throws -> Metrics {
        func measured() throws -> Metrics {
            try Evaluator(data.store.preprocessing, device: device, use: use)
                .measure(Executor(frozen: network), test, in: team?.group)
        }
        return try team?.together(measured) ?? measured()
    }

    /// Removes the folder of the run, when its network is in place or nothing of it is worth keeping. What was put
    /// aside as damaged stays.
    package func finish() {
        Trainer.clean(resumeFolder)
        try? FileManager.default.removeItem(at: initialAside)
        rmdir(resumeFolder.path)
    }

    /// The starting state, until it has its place beside the network.
    var initialAside: URL { resumeFolder.appendingPathComponent("initial.safetensors") }

    /// Where the starting state of a fine-tuning is kept, beside its network.
    package static func initial(of output: URL) -> URL {
        output.deletingPathExtension().appendingPathExtension("initial.safetensors")
    }

    func key(_ identity: String) throws -> String {
        let parts = [
            identity, data.store.fingerprint, try CanonicalJSON.line.text(plan),
            try data.store.preprocessing.text(),
        ]
        return ContentHash.sha256(parts.joined(separator: "\n"))
    }

    private func run(_ trainer: Trainer, key: String, measuredOn part: String) throws {
        if leads {
            if restarts { Trainer.clean(resumeFolder) }
            let done = try trainer.resumeOrBegin(from: resumeFolder, start: key) {
                onEvent(.warning($0))
            }
            if done > 0 { onEvent(.resumed(done)) } else { try refuseUnfinished(key) }
        }
        try trainer.align()
        try trainer.run(
            isCancelled: isCancelled, onProgress: { onEvent(.step($0)) },
            onEpoch: { record in
                onEvent(.epoch(record, on: part))
                if leads { try trainer.save(to: resumeFolder, start: key) }
            })
    }
}
