import Core
import Perceptron

/// A classifier that the net is compared with: fitted on training rows alone, then asked for the
/// classes of test rows.
package struct Baseline: Sendable {
    package let name: String
    package let summary: String
    /// Classes of the split's test rows; the protocol says how training rows may be split again.
    package let predict: @Sendable (TableData, TableSplit, TableProtocol, UInt64) throws -> [Int]

    /// All baselines.
    package static let all = [majority, logistic, supportVectors]

    /// The baseline called `name`; throws with the names there are.
    package static func named(_ name: String) throws -> Baseline {
        guard let found = all.first(where: { $0.name == name }) else {
            throw StudyError(NearestName.refusal(of: name, "baseline", among: all.map(\.name)))
        }
        return found
    }

    package static let majority = Baseline(
        name: "majority class", summary: "the commonest class of the training rows"
    ) { data, split, _, _ in
        var counts = Array(repeating: 0, count: data.classes.count)
        for row in split.train { counts[data.labels[row]] += 1 }
        let best = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
        return split.test.map { _ in best }
    }

    package static let logistic = Baseline(
        name: "logistic regression", summary: "multinomial, L2 penalty with C = 1, scaled features"
    ) { data, split, _, _ in
        let training = split.train.map { data.features[$0] }
        let scaling = FeatureScaling.standard(training)
        let model = LogisticRegression(
            training.map { scaling($0) }, split.train.map { data.labels[$0] },
            classes: data.classes.count)
        return split.test.map { model.predict(scaling(data.features[$0])) }
    }

    package static let supportVectors = Baseline(
        name: "SVM, RBF kernel",
        summary: "libsvm; C and gamma by 5-fold search within the training rows, scaled to -1...1"
    ) { data, split, rule, seed in
        let chosen = try SVMSearch.best(data, split.train, rule, seed: seed)
        return try SVMSearch.predict(data, split, c: chosen.c, gamma: chosen.gamma)
    }

    /// Accuracy in percent on the split's test rows.
    func accuracy(
        _ data: TableData, _ split: TableSplit, _ rule: TableProtocol, seed: UInt64
    ) throws -> Double {
        let predicted = try predict(data, split, rule, seed)
        let correct = zip(predicted, split.test).count { $0 == data.labels[$1] }
        return 100 * Double(correct) / Double(max(split.test.count, 1))
    }
}

/// The search for an SVM's C and gamma.
package enum SVMSearch {
    /// Powers of two, a coarse form of the grid that libsvm's guide recommends.
    package static let cs: [Double] = [0.125, 0.5, 2, 8, 32]
    package static let gammas: [Double] = [0.0078125, 0.03125, 0.125, 0.5, 2]

    /// The pair with the most test rows right over five folds of `rows`; ties go to the smaller C,
    /// then the smaller gamma. Each fold is scaled by its own training rows.
    package static func best(
        _ data: TableData, _ rows: [Int], _ rule: TableProtocol, seed: UInt64
    ) throws -> (c: Double, gamma: Double, accuracy: Double) {
        var generator = SplitMix64(seed: seed, stream: 3)
        let folds = rule.folds(rows.map { data.groups[$0] }, count: 5, &generator).map {
            TableSplit(train: $0.train.map { rows[$0] }, test: $0.test.map { rows[$0] })
        }
        var best = (c: cs[0], gamma: gammas[0], accuracy: -1.0)
        for c in cs {
            for gamma in gammas {
                let correct = try folds.reduce(0) { total, fold in
                    let predicted = try predict(data, fold, c: c, gamma: gamma)
                    return total + zip(predicted, fold.test).count { $0 == data.labels[$1] }
                }
                let accuracy = 100 * Double(correct) / Double(max(rows.count, 1))
                if accuracy > best.accuracy { best = (c, gamma, accuracy) }
            }
        }
        return best
    }

    /// Classes of the split's test rows by an SVM trained on its training rows.
    package static func predict(
        _ data: TableData, _ split: TableSplit, c: Double, gamma: Double
    ) throws -> [Int] {
        let training = split.train.map { data.features[$0] }
        let scaling = FeatureScaling.toUnitRange(training)
        let machine = try SupportVectorMachine(
            training.map { scaling($0) }, split.train.map { data.labels[$0] }, c: c, gamma: gamma)
        return split.test.map { machine.predict(scaling(data.features[$0])) }
    }
}
