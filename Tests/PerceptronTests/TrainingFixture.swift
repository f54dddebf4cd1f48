import Foundation
import Testing

@testable import Perceptron

/// PyTorch's trajectories, written by Tests/Fixtures/make/perceptron_training.py.
struct TrainingFixture: Decodable {
    let cases: [Case]

    struct Case: Decodable, CustomTestStringConvertible {
        let activation: Activation
        let shape: [Int]
        let batch: Int
        let epochs: Int
        let optimizer: Rule
        let features: [Float]
        let labels: [Int]
        let start: Weights
        let losses: [Double]
        let end: Weights
        let float32Drift: Double

        var testDescription: String { "\(activation) \(shape) batch \(batch) \(optimizer.name)" }
        var size: Shape { Shape(inputs: shape[0], hidden: shape[1], outputs: shape[2]) }
        var net: Perceptron { start.net(size, activation) }
        var rows: [[Double]] {
            labels.indices.map { row in
                features[(row * shape[0])..<((row + 1) * shape[0])].map(Double.init)
            }
        }

        func examples() throws -> Examples {
            try Examples(features: features, labels: labels, inputs: shape[0], classes: shape[2])
        }

        func job() throws -> TrainingJob {
            TrainingJob(
                net: net, examples: try examples(), trainingRows: Array(labels.indices), seed: 0,
                shuffles: false)
        }

        func settings(epochs: Int) -> TrainingSettings {
            TrainingSettings(optimizer: optimizer.value, batchSize: batch, epochs: epochs)
        }
    }

    struct Rule: Decodable {
        let name: String
        let rate: Double
        let momentum: Double?
        var value: Optimizer {
            name == "sgd" ? .sgd(rate: rate, momentum: momentum ?? 0) : .adam(rate: rate)
        }
    }

    struct Weights: Decodable {
        let hiddenWeights: [Float]
        let hiddenBias: [Float]
        let outputWeights: [Float]
        let outputBias: [Float]

        func net(_ shape: Shape, _ activation: Activation) -> Perceptron {
            var net = Perceptron(shape: shape, activation: activation)
            net.hiddenWeights = hiddenWeights
            net.hiddenBias = hiddenBias
            net.outputWeights = outputWeights
            net.outputBias = outputBias
            return net
        }
    }

    static let all: [Case] = {
        let file = fixtures.appending(path: "perceptron/training.json")
        guard let data = try? Data(contentsOf: file),
            let fixture = try? JSONDecoder().decode(TrainingFixture.self, from: data)
        else { fatalError("cannot read \(file.path)") }
        return fixture.cases
    }()
}

/// Tests/Fixtures.
let fixtures = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")
