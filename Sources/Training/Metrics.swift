/// How often each true class was taken for each class.
package struct ConfusionMatrix: Codable, Sendable, Equatable {
    package let classes: Int
    /// Row-major: `counts[true * classes + predicted]`.
    package private(set) var counts: [Int]

    package init(classes: Int) {
        self.classes = classes
        counts = Array(repeating: 0, count: classes * classes)
    }

    /// What several counted together; `counts` as in the property.
    init(classes: Int, counts: [Int]) { (self.classes, self.counts) = (classes, counts) }

    package mutating func add(truth: Int, predicted: Int) {
        counts[truth * classes + predicted] += 1
    }

    /// Number of pictures seen.
    package var total: Int { counts.reduce(0, +) }

    /// Share of pictures given their own class.
    package var accuracy: Double {
        total == 0 ? .nan : Double((0..<classes).reduce(0) { $0 + at($1, $1) }) / Double(total)
    }

    /// Of the pictures of each class, the share given that class; nil for a class without pictures.
    package var recall: [Double?] {
        (0..<classes).map { k in
            let support = support(k)
            return support == 0 ? nil : Double(at(k, k)) / Double(support)
        }
    }

    /// Unweighted mean of F1 = 2 TP / (2 TP + FP + FN) over the classes that occur or were predicted
    /// (scikit-learn's `f1_score(average="macro", zero_division=0)`).
    package var macroF1: Double {
        let scores = (0..<classes).compactMap { k -> Double? in
            let support = support(k)
            let predicted = (0..<classes).reduce(0) { $0 + at($1, k) }
            guard support + predicted > 0 else { return nil }
            return 2 * Double(at(k, k)) / Double(support + predicted)
        }
        return scores.isEmpty ? .nan : scores.reduce(0, +) / Double(scores.count)
    }

    private func at(_ truth: Int, _ predicted: Int) -> Int { counts[truth * classes + predicted] }

    private func support(_ truth: Int) -> Int {
        (0..<classes).reduce(0) { $0 + at(truth, $1) }
    }
}

/// How well a network does on a set of pictures.
package struct Metrics: Codable, Sendable, Equatable {
    /// Mean cross-entropy over the pictures.
    package let loss: Double
    package let accuracy: Double
    package let macroF1: Double
    /// Recall of each class; null for a class without pictures.
    package let recall: [Double?]
    /// Pictures measured on.
    package let count: Int

    package init(loss: Double, _ confusion: ConfusionMatrix) {
        self.loss = loss
        accuracy = confusion.accuracy
        macroF1 = confusion.macroF1
        recall = confusion.recall
        count = confusion.total
    }
}

/// One epoch of a run.
package struct EpochRecord: Codable, Sendable, Equatable {
    /// From 1.
    package let epoch: Int
    package let learningRate: Double
    /// Mean loss and accuracy over the epoch's training steps, while the weights moved.
    package let trainLoss: Double
    package let trainAccuracy: Double
    /// On the validation pictures.
    package let evaluation: Metrics
}
