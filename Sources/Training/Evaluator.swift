import Datasets
import Models
import Torch

/// Measures a network on pictures, in evaluation mode and without gradients.
package struct Evaluator {
    private let batches: BatchMaker
    private let batchSize: Int
    private let precision: Precision

    package init(
        _ preprocessing: Preprocessing, batchSize: Int = 32, device: Device,
        precision: Precision = .float32
    ) throws {
        self.precision = precision
        batches = try BatchMaker(preprocessing, batchSize: batchSize, device: device)
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
        try noGrad {
            for start in stride(from: range.lowerBound, to: range.upperBound, by: batchSize) {
                let samples = subset.samples[start..<min(start + batchSize, range.upperBound)]
                let (x, target) = try batches.fill(subset, samples)
                let (scores, sum) = try precision.scores(
                    network, x, target, training: false, reduction: .sum)
                loss += try sum.item()
                answers += try confusion.add(
                    scores: scores, labels: samples.map(subset.label))
            }
        }
        return (loss, confusion, answers)
    }
}

extension ConfusionMatrix {
    /// Counts a batch: `scores` [n, classes], the highest wins.
    ///
    /// - Returns: the class that each picture was given.
    @discardableResult
    mutating func add(scores: Tensor, labels: [Int]) throws -> [Int] {
        let predicted: [Int64] = try scores.argmax(dim: 1).values()
        for (truth, guess) in zip(labels, predicted) {
            guard 0..<classes ~= Int(guess) else {
                throw TrainingError(
                    "the network scores \(guess + 1) classes, the data has \(classes)")
            }
            add(truth: truth, predicted: Int(guess))
        }
        return predicted.map(Int.init)
    }
}
