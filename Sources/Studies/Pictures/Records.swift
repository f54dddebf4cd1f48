import Core
import Datasets
import Foundation
import Pruning
import Training

/// What a training stage found.
package struct TrainingRecord: Codable, Sendable, Equatable {
    package let history: [EpochRecord]
    /// On the test part, with the weights of the best validation epoch; nil under `as-paper`.
    package let test: Metrics?
    package let trainCount: Int
    package let validationCount: Int
    /// What `test` is made of, picture by picture; under `as-paper` the validation pictures with the
    /// weights of the best epoch. nil in records from before it was kept.
    package let answers: Answers?

    /// `watchedCount` is what files have called it from the first.
    private enum CodingKeys: String, CodingKey {
        case history, test, trainCount, answers
        case validationCount = "watchedCount"
    }

    package init(
        history: [EpochRecord], test: Metrics?, trainCount: Int, validationCount: Int,
        answers: Answers? = nil
    ) {
        (self.history, self.test, self.answers) = (history, test, answers)
        (self.trainCount, self.validationCount) = (trainCount, validationCount)
    }

    /// Validation accuracy after each epoch.
    package var accuracies: [Double] { history.map(\.evaluation.accuracy) }
    /// The best validation accuracy; NaN without epochs.
    package var best: Double { accuracies.max() ?? .nan }
    package var last: Double { accuracies.last ?? .nan }
    /// The first epoch (from 1) whose validation accuracy is at least `target`.
    package func epochsToReach(_ target: Double) -> Int? {
        accuracies.firstIndex { $0 >= target }.map { $0 + 1 }
    }
}

/// What a network answered on each tested picture.
package struct Answers: Codable, Sendable, Equatable {
    /// Index of each picture in the study's data.
    package let pictures: [Int]
    /// Which copy of it was shown; nil where each was the picture itself.
    package let copies: [Int]?
    /// Its class, and the one it was given.
    package let labels: [Int]
    package let given: [Int]

    /// - Precondition: as many of each.
    package init(_ samples: [Sample], labels: [Int], given: [Int]) {
        precondition(samples.count == labels.count && labels.count == given.count)
        pictures = samples.map(\.picture)
        copies = samples.contains { $0.copy != 0 } ? samples.map(\.copy) : nil
        self.labels = labels
        self.given = given
    }

    /// Whether both are on the same pictures in the same order.
    package func isComparable(to other: Answers) -> Bool {
        pictures == other.pictures && copies == other.copies
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
        try CanonicalJSON.escapedLine.text(self)
    }

    /// Reads back what `text` gave.
    package init(text: String) throws {
        self = try JSONDecoder().decode(Preprocessing.self, from: Data(text.utf8))
    }
}
