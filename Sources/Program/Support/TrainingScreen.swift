import Core
import Foundation
import Studies
import Training

extension TrainingRun {
    /// The same with its progress on standard error, stopped by Ctrl-C.
    var inSight: TrainingRun {
        var run = self
        var line: ProgressLine?
        run.isCancelled = { Interruption.isRequested }
        run.onEvent = { event in
            switch event {
            case .divided(let train, let validation, let test):
                let validated = validation.map { "\($0) to validate, " } ?? ""
                Console.note(
                    "  split    \(train) to train, \(validated)\(test) to test; "
                        + (data.given == nil
                            ? "kept together by \(data.groupRule)" : "by the manifest"))
            case .normsFolded(let count):
                Console.note(
                    "  note     \(count) convolutions have no batch norm (exporters fold it away): "
                        + "--restore-batch-norm puts it back")
            case .normsRestored(let count):
                Console.note("  weights  batch norm is back behind \(count) convolutions")
            case .warning(let text): Console.note("  \(text)")
            case .resumed(let done):
                Console.note("  resumed  \(done) of \(options.epochs) epochs were done already")
            case .step(let step):
                let progress =
                    line ?? ProgressLine("epoch \(step.epoch)/\(step.epochs)", unit: "pictures")
                line = progress
                progress.update(
                    step.done, of: step.total, String(format: "loss %.3f", step.loss))
            case .epoch(let record, let part):
                line?.finish(Self.text(record, part))
                line = nil
            }
        }
        return run
    }

    private static func text(_ record: EpochRecord, _ part: String) -> String {
        String(format: "train loss %.3f  ", record.trainLoss) + part
            + String(
                format: " accuracy %.3f  loss %.3f  macro-F1 %.3f", record.evaluation.accuracy,
                record.evaluation.loss, record.evaluation.macroF1)
    }
}

extension TrainingRun.Outcome {
    /// Prints the measurements on the test part, and what must be said with them; or all as one document.
    func show(json: Bool) throws {
        if json { return try NetworkFiles.printJSON(self) }
        MetricsText.show(test, classes: classes, on: "test pictures")
        for warning in warnings { Output.line(warning) }
    }
}

/// Measurements as people read them.
enum MetricsText {
    /// Accuracy, loss and macro-F1, then the recall of each class.
    static func show(_ metrics: Metrics, classes: [String], on part: String) {
        Output.line(
            String(
                format: "accuracy %.4f  loss %.4f  macro-F1 %.4f", metrics.accuracy, metrics.loss,
                metrics.macroF1) + "  on \(metrics.count) \(part)")
        let rows = zip(classes, metrics.recall).map { name, recall in
            ["  " + name, recall.map { String(format: "%.4f", $0) } ?? "no pictures"]
        }
        NetworkFiles.printTable([["  class", "recall"]] + rows)
    }
}
