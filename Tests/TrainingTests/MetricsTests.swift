import Datasets
import Models
import Testing
import Torch

@testable import Training

@Suite struct MetricsTests {
    /// Truths and predictions: the usual; class 2 without pictures; class 1 never predicted;
    /// class 3 neither; all right; all wrong.
    static let cases: [(classes: Int, truth: [Int], predicted: [Int])] = [
        (3, [0, 0, 0, 1, 1, 2, 2, 2], [0, 1, 2, 1, 1, 2, 0, 2]),
        (3, [0, 0, 1, 1, 1], [0, 2, 1, 2, 1]),
        (3, [0, 0, 1, 1, 2], [0, 2, 0, 2, 2]),
        (4, [0, 1, 2, 0], [0, 1, 1, 2]),
        (2, [0, 1, 1], [0, 1, 1]),
        (2, [0, 1, 1], [1, 0, 0]),
    ]

    /// F1 from precision and recall, as scikit-learn's
    /// `f1_score(average="macro", zero_division=0)`.
    private func plainMacroF1(_ truth: [Int], _ predicted: [Int]) -> Double {
        let pairs = Array(zip(truth, predicted))
        let scores = Set(truth + predicted).map { k -> Double in
            let hits = Double(pairs.filter { $0.0 == k && $0.1 == k }.count)
            guard hits > 0 else { return 0 }
            let precision = hits / Double(predicted.filter { $0 == k }.count)
            let recall = hits / Double(truth.filter { $0 == k }.count)
            return 2 * precision * recall / (precision + recall)
        }
        return scores.reduce(0, +) / Double(scores.count)
    }

    @Test(arguments: cases.indices)
    func metricsAreThoseOfASlowPlainVersion(_ index: Int) {
        let (classes, truth, predicted) = Self.cases[index]
        var confusion = ConfusionMatrix(classes: classes)
        for (t, p) in zip(truth, predicted) { confusion.add(truth: t, predicted: p) }
        let hits = zip(truth, predicted).filter { $0 == $1 }.count
        #expect(confusion.total == truth.count)
        #expect(confusion.accuracy == Double(hits) / Double(truth.count))
        #expect(abs(confusion.macroF1 - plainMacroF1(truth, predicted)) < 1e-15)
        for k in 0..<classes {
            let own = zip(truth, predicted).filter { $0.0 == k }
            let right = own.filter { $0.1 == k }.count
            let expected = own.isEmpty ? nil : Double(right) / Double(own.count)
            #expect(confusion.recall[k] == expected)
        }
    }

    @Test func nothingSeenIsNotANumber() {
        let empty = ConfusionMatrix(classes: 2)
        #expect(empty.accuracy.isNaN && empty.macroF1.isNaN)
        #expect(empty.recall == [nil, nil])
    }

    /// Batches of 2 over 7 pictures against one picture at a time.
    @Test func theLastBatchCounts() throws {
        let store = try tinyStore()
        let network = try Executor(.resnet18, tinyState())
        let subset = Subset(store, pictures: [23, 0, 9, 4, 17, 12, 8])
        let evaluator = try Evaluator(store.preprocessing, batchSize: 2, device: .cpu)
        let metrics = try evaluator.measure(network, subset)
        let batches = try BatchMaker(store.preprocessing, batchSize: 1, device: .cpu)
        var (hits, loss) = (0, 0.0)
        try noGrad {
            for index in subset.samples.indices {
                let (x, target) = try batches.fill(subset, subset.samples[index...index])
                let scores = try network.forward(x, training: false)
                loss += try crossEntropy(scores, target).item()
                let guess: [Int64] = try scores.argmax(dim: 1).values()
                hits += Int(guess[0]) == subset.label(subset.samples[index]) ? 1 : 0
            }
        }
        #expect(metrics.count == 7)
        #expect(metrics.accuracy == Double(hits) / 7)
        #expect(abs(metrics.loss - loss / 7) < 1e-5 * max(1, loss))
        #expect(throws: TrainingError.self) {
            _ = try evaluator.measure(network, Subset(store, pictures: []))
        }
    }

    /// Progress and the epoch's record are over all 20 pictures, the last batch of 4 included.
    @Test func anEpochIsOverEveryPicture() throws {
        let trainer = try tinyTrainer(tinyStore(), tinyOptions())
        var seen: [Trainer.Progress] = []
        try trainer.run(onProgress: { seen.append($0) })
        #expect(seen.map(\.done) == [8, 16, 20, 8, 16, 20, 8, 16, 20])
        #expect(seen.allSatisfy { $0.total == 20 && $0.epochs == 3 })
        for record in trainer.history {
            #expect(seen[3 * record.epoch - 1].loss == record.trainLoss)
            let hits = record.trainAccuracy * 20
            #expect(abs(hits - hits.rounded()) < 1e-12)
            #expect(record.evaluation.count == 4)
        }
    }
}
