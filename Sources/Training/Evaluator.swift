import Datasets
import Models
import Torch

/// Measures a network on pictures, in evaluation mode and without gradients.
package struct Evaluator {
    private let batches: BatchMaker
    private let batchSize: Int
    private let precision: Precision
    private let stepsPerReading: Int

    /// - Parameter use: of the device; the usual one where nil.
    package init(
        _ preprocessing: Preprocessing, batchSize: Int = 32, device: Device,
        precision: Precision = .float32, use: DeviceUse? = nil
    ) throws {
        let use = use ?? DeviceUse(device)
        (self.precision, stepsPerReading) = (precision, use.stepsPerReading)
        batches = try BatchMaker(
            preprocessing, batchSize: batchSize, device: device, pictureBytes: use.pictureBytes)
        self.batchSize = batchSize
    }

    /// Loss, accuracy, macro-F1 and recall over every picture of `subset`, the last batch included.
    ///
    /// - Parameter group: processes that measure together, each at its part of the pictures.
    package func measure(
        _ network: Executor, _ subset: Subset, in group: ProcessGroup? = nil
    ) throws -> Metrics {
        guard let group else { return try answers(network, subset).metrics }
        guard subset.count > 0 else { throw TrainingError("no pictures to measure on") }
        let (loss, confusion, _) = try sums(
            network, subset, in: group.share(of: 0..<subset.count))
        let (total, all) = try group.sums(loss, confusion)
        return Metrics(loss: total / Double(subset.count), all)
    }

    /// The same, and the class that each picture was given, in the order of `subset.samples`.
    package func answers(
        _ network: Executor, _ subset: Subset
    ) throws -> (metrics: Metrics, answers: [Int]) {
        guard subset.count > 0 else { throw TrainingError("no pictures to measure on") }
        let (loss, confusion, answers) = try sums(network, subset, in: 0..<subset.count)
        return (Metrics(loss: loss / Double(subset.count), confusion), answers)
    }

    /// Summed loss, and what was answered, over some of the pictures.
    private func sums(
        _ network: Executor, _ subset: Subset, in range: Range<Int>
    ) throws -> (loss: Double, confusion: ConfusionMatrix, answers: [Int]) {
        var answers: [Int] = []
        var confusion = ConfusionMatrix(classes: subset.store.classes.count)
        var loss = 0.0
        let samples = Array(subset.samples[range])
        var unread = UnreadSteps()
        try noGrad {
            let pictures = try batches.sequence(subset, samples)
            for start in stride(from: 0, to: samples.count, by: batchSize) {
                let end = min(start + batchSize, samples.count)
                let (x, target) = try pictures(start..<end)
                let (scores, sum) = try precision.scores(
                    network, x, target, training: false, reduction: .sum)
                unread.add(StepOutcome(loss: sum, answers: try scores.argmax(dim: 1)))
                guard unread.count == stepsPerReading || end == samples.count else { continue }
                for outcome in try unread.read() {
                    loss += outcome.loss
                    let seen = samples[answers.count...].prefix(outcome.answers.count)
                    try confusion.add(answers: outcome.answers, labels: seen.map(subset.label))
                    answers += outcome.answers
                }
            }
        }
        return (loss, confusion, answers)
    }
}

extension ConfusionMatrix {
    /// Counts a batch by the class that each picture was given.
    mutating func add(answers: [Int], labels: [Int]) throws {
        for (truth, guess) in zip(labels, answers) {
            guard 0..<classes ~= guess else {
                throw TrainingError(
                    "the network scores \(guess + 1) classes, the data has \(classes)")
            }
            add(truth: truth, predicted: guess)
        }
    }
}
