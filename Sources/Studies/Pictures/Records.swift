import Datasets
import Foundation
import Pruning
import Training

/// What a training stage found.
package struct TrainingRecord: Codable, Sendable, Equatable {
    package let history: [EpochRecord]
    /// On the test part, with the weights of the best watched epoch; nil under `as-paper`.
    package let test: Metrics?
    package let trainCount: Int
    package let watchedCount: Int

    /// Watched accuracy after each epoch.
    package var accuracies: [Double] { history.map(\.evaluation.accuracy) }
    /// The best watched accuracy; NaN without epochs.
    package var best: Double { accuracies.max() ?? .nan }
    package var last: Double { accuracies.last ?? .nan }
    /// The first epoch (from 1) whose watched accuracy is at least `target`.
    package func epochsToReach(_ target: Double) -> Int? {
        accuracies.firstIndex { $0 >= target }.map { $0 + 1 }
    }
}

/// What a pruning stage kept.
package struct PruningRecord: Codable, Sendable, Equatable {
    /// One convolution's weights.
    package struct Layer: Codable, Sendable, Equatable {
        package let name: String
        package let density: Density
    }

    package let layers: [Layer]
    /// Over all convolutions.
    package let density: Density
    /// Degrees that were found for the amount; nil where none were looked for.
    package let angle: Double?

    package init(_ masks: Masks, angle: Double? = nil) {
        self.angle = angle
        layers = masks.layers.filter { $0.role == .convolution }.map {
            Layer(name: $0.name, density: $0.density)
        }
        density = masks.density
    }
}

extension Preprocessing {
    /// As it travels in a network's file.
    package func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads back what `text` gave.
    package init(text: String) throws {
        self = try JSONDecoder().decode(Preprocessing.self, from: Data(text.utf8))
    }
}
