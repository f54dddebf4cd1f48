import Core

@testable import Perceptron

/// Small tables with something to learn: each class has its own centre.
enum SmallTable {
    static func examples(rows: Int, inputs: Int, classes: Int, seed: UInt64) throws -> Examples {
        var generator = SplitMix64(seed: seed, stream: 0)
        let centres = (0..<(classes * inputs)).map { _ in 2 * generator.uniform() - 1 }
        var features: [Float] = []
        var labels: [Int] = []
        for row in 0..<rows {
            let label = row % classes
            labels.append(label)
            for input in 0..<inputs {
                features.append(centres[label * inputs + input] + 2 * generator.uniform() - 1)
            }
        }
        return try Examples(features: features, labels: labels, inputs: inputs, classes: classes)
    }
}
