import Core
import Findings
import Formats
import Foundation
import Measuring
import Models
import Pruning
import Statistics
import Torch
import Training

/// Tries the networks of a study as they would be used, where an experiment asks for that, once all are trained:
/// each in 8-bit numbers too, and timed in onnxruntime where that is installed.
package struct StudyUse {
    private let plan: StudyPlan
    private let stages: NetworkStages
    private let data: PictureData
    private let engine: OnnxRuntime?
    private let note: (String) -> Void

    /// - Parameters:
    ///   - engine: what times; nil times nothing.
    ///   - note: told what is done next.
    package init(
        _ plan: StudyPlan, _ stages: NetworkStages, _ data: PictureData, engine: OnnxRuntime?,
        note: @escaping (String) -> Void = { _ in }
    ) {
        (self.plan, self.stages, self.data) = (plan, stages, data)
        (self.engine, self.note) = (engine, note)
    }

    /// onnxruntime, where it is installed.
    ///
    /// - Parameter program: this program.
    /// - Throws: `MeasuringError` where a Python is named that is not there.
    package static func engine(program: URL?) throws -> OnnxRuntime? {
        let named = ProcessInfo.processInfo.environment["WINNOW_ONNXRUNTIME_PYTHON"] ?? ""
        return named.isEmpty
            ? try? OnnxRuntime(program: program) : try OnnxRuntime(program: program)
    }

    /// Two records a run, in 32-bit and in 8-bit numbers.
    ///
    /// - Parameter earlier: records of before; those of the same network are not made again.
    package func records(earlier: [UseRecord] = []) throws -> [UseRecord] {
        let asked = Set(plan.study.experiments.filter { $0.inUse == true }.map(\.id))
        var timed: Set<Recipe> = []
        return try plan.runs.filter {
            !asked.isDisjoint(with: $0.experiments) && stages.store.isDone($0.trained)
        }.flatMap { run in
            let isFirst = timed.insert(run.recipe).inserted && engine != nil
            let known = earlier.filter {
                $0.stage == run.trained.id && $0.recipe == run.recipe
                    && (!isFirst || $0.time?.threads == Runtime.threads)
            }
            return known.count == UseRecord.Numbers.allCases.count
                ? known : try records(run, isTimed: isFirst)
        }
    }

    private func records(_ run: StudyPlan.Run, isTimed: Bool) throws -> [UseRecord] {
        guard case .train(_, let split, _) = run.trained.work else { return [] }
        note("\(run.recipe.label), seed \(run.seed), in 8-bit numbers")
        let size = data.store.preprocessing
        func sized(_ model: Model) throws -> Model {
            try model.sized(height: size.height, width: size.width)
        }
        let network = try sized(Compaction(stages.network(run.trained)).model)
        let parts = try data.parts(split)
        let sample = try SamplePictures(parts.train, words: "training pictures", most: 128)
        let folder = FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let small = folder.appending(path: "int8.onnx")
        let made = try network.quantized(.minmax) { body in
            try sample.forEachBatch { x, _ in try body(x) }
        }
        try ONNXWriter.write(made.file, to: small)
        let record: TrainingRecord = try stages.store.record(run.trained)
        let measured = try Evaluator(size, device: .cpu).measure(
            Executor(Model.open(small)), parts.test ?? parts.validation)
        var times: [UseRecord.Time?] = [nil, nil]
        if isTimed, let engine {
            times = try self.times(
                sized(stages.network(first(run).fine)), network, small, folder, engine)
        }
        let accuracies = [(record.test?.accuracy ?? record.best), measured.accuracy]
        return UseRecord.Numbers.allCases.enumerated().map { index, numbers in
            UseRecord(
                recipe: run.recipe, protocolName: run.protocolName, seed: run.seed,
                stage: run.trained.id, numbers: numbers, accuracy: accuracies[index],
                time: times[index])
        }
    }

    /// A run of the study's own architecture with the same seed: its unpruned network is the measure of speed.
    private func first(_ run: StudyPlan.Run) -> StudyPlan.Run {
        plan.runs.first {
            $0.recipe.architecture == plan.study.architecture && $0.seed == run.seed
                && $0.protocolName == run.protocolName
        } ?? run
    }

    /// Of the network in 32-bit and in 8-bit numbers; all three take turns.
    private func times(
        _ unpruned: Model, _ network: Model, _ small: URL, _ folder: URL, _ engine: OnnxRuntime
    ) throws -> [UseRecord.Time] {
        let (whole, own) = (
            folder.appending(path: "unpruned.onnx"), folder.appending(path: "float32.onnx")
        )
        try unpruned.foldingBatchNorms().write(onnx: whole)
        try network.foldingBatchNorms().write(onnx: own)
        let size = data.store.preprocessing
        let setting = BenchSetting(
            batch: 1, threads: Runtime.threads, height: size.height, width: size.width)
        let bench = try Bench(
            [whole, own, small].map { Contender($0.lastPathComponent, $0, .onnxruntime) },
            threads: [setting.threads], height: size.height, width: size.width)
        let rows = try bench.rows { contender, setting in try engine.start(contender, setting) }
        return rows.dropFirst().map {
            UseRecord.Time(
                seconds: $0.seconds.median, unprunedSeconds: rows[0].seconds.median,
                threads: setting.threads)
        }
    }

    /// The records as a table, with what they say of the pruned networks.
    package static func table(_ records: [UseRecord]) -> TextTable {
        let networks = UsedNetwork.all(records)
        let whole = networks.first {
            $0.recipe.technique == .unpruned && $0.numbers == .float32
        }
        let time = networks.compactMap(\.time).first
        return TextTable(
            title: "In use",
            header: ["network", "right", "against unpruned", "ms a picture", "times as fast"],
            rows: networks.map { network in
                [
                    network.name,
                    Summary(
                        scaled: Summary(network.accuracies.sorted { $0.key < $1.key }.map(\.value))
                    )
                    .text(),
                    whole.map { network.difference(from: $0).text(signed: true) } ?? "",
                    network.time.map { String(format: "%.2f", $0.seconds * 1000) } ?? "",
                    network.time.map { String(format: "%.2f", $0.speedup) } ?? "",
                ]
            },
            notes: [
                "Percent of the test pictures and points, mean [95% interval] over the seeds. int8: 8-bit "
                    + "numbers without training, ranges of 128 training pictures. "
                    + (time.map {
                        "Time: onnxruntime, batch 1, \($0.threads) threads, median of 30 in turns with the "
                            + "unpruned network; times as fast: as that."
                    }
                        ?? "Nothing was timed: onnxruntime is not installed (scripts/setup --onnxruntime).")
            ] + UseVerdict.all(networks).map(\.words))
    }
}
