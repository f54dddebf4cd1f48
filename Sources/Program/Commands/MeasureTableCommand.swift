import ArgumentParser
import Foundation
import Perceptron

/// Times one training of the paper's net for `scripts/bench`, which times its peers in turn.
///
/// The rows and the start come from one 32-bit generator that the peers have too, so all train the
/// same net on the same rows.
struct MeasureTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-table",
        abstract: "Seconds of one training of 10-30-7 at batch 1 (used by scripts/bench).",
        shouldDisplay: false)

    @Option(help: "Epochs of the training.")
    var epochs = 1200
    @Option(help: "Trainings timed; the median is given.")
    var repeats = 5
    @Option(help: "sgd or adam, at 0.001.")
    var optimizer = MeasuredRule.sgd
    @Option(help: "Threads are not used: one training is one thread's work.")
    var threads = 1
    @Flag(help: "Time sixteen nets side by side, as studies train them: SGD, then Adam.")
    var sideBySide = false

    func run() throws {
        var draw = PeerGenerator()
        let rows = 607
        let features = (0..<(rows * 10)).map { _ in 2 * draw.next() - 1 }
        let labels = (0..<rows).map { _ in min(6, Int(7 * draw.next())) }
        let examples = try Examples(features: features, labels: labels, inputs: 10, classes: 7)
        var net = Perceptron(
            shape: Shape(inputs: 10, hidden: 30, outputs: 7), activation: .sigmoid)
        net.hiddenWeights = net.hiddenWeights.map { _ in 0.3 * (2 * draw.next() - 1) }
        net.outputWeights = net.outputWeights.map { _ in 0.18 * (2 * draw.next() - 1) }
        let job = TrainingJob(
            net: net, examples: examples, trainingRows: Array(0..<rows), seed: 1)
        if sideBySide { return try measureSideBySide(job) }
        let settings = TrainingSettings(optimizer: optimizer.value, epochs: epochs)
        var seconds: [Double] = []
        var trained = net
        for _ in 0..<max(repeats, 1) {
            let elapsed = try ContinuousClock().measure {
                trained = try SingleRunTrainer.train(job, settings)
            }
            let (whole, part) = elapsed.components
            seconds.append(Double(whole) + Double(part) * 1e-18)
        }
        let patterns = Patterns(examples, rows: Array(0..<rows))
        let loss = Logits(trained, HiddenActivations(trained, patterns)).loss(patterns.labels)
        let median = seconds.sorted()[seconds.count / 2]
        Output.line("{\"seconds\": \(median), \"epochs\": \(epochs), \"loss\": \(loss)}")
    }
}

enum MeasuredRule: String, CaseIterable, ExpressibleByArgument {
    case sgd, adam

    var value: Optimizer { self == .sgd ? .sgd(rate: 0.001) : .adam(rate: 0.001) }
}

extension MeasureTableCommand {
    /// Sixteen nets in the lanes of vectors: the median seconds of each optimiser, in turns.
    private func measureSideBySide(_ job: TrainingJob) throws {
        let jobs = (0..<UInt64(LockstepTrainer.lanes)).map {
            TrainingJob(
                net: job.net, examples: job.examples, trainingRows: job.trainingRows, seed: $0)
        }
        var seconds: [[Double]] = [[], []]
        for _ in 0..<max(repeats, 1) {
            for (index, rule) in MeasuredRule.allCases.enumerated() {
                let elapsed = try ContinuousClock().measure {
                    _ = try LockstepTrainer.train(
                        jobs, TrainingSettings(optimizer: rule.value, epochs: epochs))
                }
                seconds[index].append(elapsed / .seconds(1))
            }
        }
        let median = seconds.map { $0.sorted()[$0.count / 2] }
        Output.line(
            "{\"sgd_seconds\": \(median[0]), \"adam_seconds\": \(median[1]), "
                + "\"ratio\": \(median[1] / median[0]), \"nets\": \(jobs.count), "
                + "\"epochs\": \(epochs)}")
    }
}

/// x' = 1664525 x + 1013904223 mod 2^32 (Numerical Recipes); the top 24 bits as a number in [0, 1).
struct PeerGenerator {
    private var state: UInt32 = 2024

    mutating func next() -> Float {
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(state >> 8) * 0x1p-24
    }
}
