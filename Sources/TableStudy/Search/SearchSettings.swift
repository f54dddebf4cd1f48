import Perceptron

/// One setting of a net and its training: a point of the search of section 2.3.
package struct SearchPoint: Sendable, Codable, Equatable {
    package var rate = 0.001
    package var batchSize = 1
    package var epochs = 1200
    package var hidden = 30
    package var activation = Activation.sigmoid
    package var optimizer = SearchOptimizer.sgd

    package init() {}

    var training: TrainingSettings {
        TrainingSettings(
            optimizer: optimizer.rule(rate: rate), batchSize: batchSize, epochs: epochs)
    }
}

/// The optimisers that the search compares.
package enum SearchOptimizer: String, Sendable, Codable, CaseIterable {
    case sgd
    case momentum
    case adam

    package var title: String {
        switch self {
        case .sgd: "SGD"
        case .momentum: "SGD, momentum 0.9"
        case .adam: "Adam"
        }
    }

    func rule(rate: Double) -> Optimizer {
        switch self {
        case .sgd: .sgd(rate: rate)
        case .momentum: .sgd(rate: rate, momentum: 0.9)
        case .adam: .adam(rate: rate)
        }
    }
}

/// A hyper-parameter: its name, and the base point with each of its values.
package struct SearchAxis: Sendable {
    package let name: String
    package let points: @Sendable (SearchPoint) -> [(value: String, point: SearchPoint)]

    private init<Value: Sendable>(
        _ name: String, _ values: [Value], _ shown: @escaping @Sendable (Value) -> String,
        _ change: @escaping @Sendable (inout SearchPoint, Value) -> Void
    ) {
        self.name = name
        points = { base in
            values.map { value in
                var point = base
                change(&point, value)
                return (shown(value), point)
            }
        }
    }

    /// All axes of section 2.3, with the values tried on each.
    package static let all: [SearchAxis] = [
        SearchAxis("learning rate", [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03], { "\($0)" }) {
            $0.rate = $1
        },
        SearchAxis("batch size", [1, 2, 4, 8, 16, 32], { "\($0)" }) { $0.batchSize = $1 },
        SearchAxis("epochs", [75, 150, 300, 600, 1200, 2400], { "\($0)" }) { $0.epochs = $1 },
        SearchAxis("hidden units", [5, 10, 20, 30, 50, 100], { "\($0)" }) { $0.hidden = $1 },
        SearchAxis("activation", Activation.allCases, { $0.rawValue }) { $0.activation = $1 },
        SearchAxis("optimiser", SearchOptimizer.allCases, { $0.title }) { $0.optimizer = $1 },
    ]
}
