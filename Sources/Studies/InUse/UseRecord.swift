import Core
import Findings
import Models
import Statistics

/// A network of a study as it would be used: in 32-bit or 8-bit numbers, in onnxruntime.
package struct UseRecord: Codable, Sendable, Equatable {
    package enum Numbers: String, Codable, Sendable, CaseIterable {
        case float32
        case int8
    }

    package let recipe: Recipe
    package let protocolName: String
    package let seed: UInt64
    /// The training stage.
    package let stage: String
    package let numbers: Numbers
    /// Share of the test part that is right.
    package let accuracy: Double
    /// How long a picture takes; of the first seed alone, nil for the others and where nothing was timed.
    package let time: Time?

    /// Median seconds for one picture in onnxruntime, in turns with the study's unpruned network in 32-bit
    /// numbers.
    package struct Time: Codable, Sendable, Equatable {
        package let seconds: Double
        package let unprunedSeconds: Double
        package let threads: Int

        package init(seconds: Double, unprunedSeconds: Double, threads: Int) {
            (self.seconds, self.unprunedSeconds) = (seconds, unprunedSeconds)
            self.threads = threads
        }

        package var speedup: Double { unprunedSeconds / seconds }
    }

    package init(
        recipe: Recipe, protocolName: String, seed: UInt64, stage: String, numbers: Numbers,
        accuracy: Double, time: Time?
    ) {
        (self.recipe, self.protocolName, self.seed) = (recipe, protocolName, seed)
        (self.stage, self.numbers) = (stage, numbers)
        (self.accuracy, self.time) = (accuracy, time)
    }
}

/// One network in one kind of numbers, over the seeds.
package struct UsedNetwork: Sendable {
    package let recipe: Recipe
    package let numbers: UseRecord.Numbers
    package let protocolName: String
    /// Right on the test part, by seed.
    package let accuracies: [UInt64: Double]
    package let time: UseRecord.Time?

    /// `resnet18: unpruned, int8`.
    package var name: String {
        "\(recipe.architecture.rawValue): \(recipe.label)" + (numbers == .int8 ? ", int8" : "")
    }

    /// Points by which it is more often right than the other, seed by seed.
    package func difference(from other: UsedNetwork) -> Summary {
        let seeds = accuracies.keys.filter { other.accuracies[$0] != nil }.sorted()
        return Summary(
            scaled: Summary(seeds.map { (accuracies[$0] ?? 0) - (other.accuracies[$0] ?? 0) }))
    }

    /// Every network, in the order of the records.
    package static func all(_ records: [UseRecord]) -> [UsedNetwork] {
        struct Key: Hashable {
            let recipe: Recipe
            let numbers: UseRecord.Numbers
            let protocolName: String
        }
        func key(_ record: UseRecord) -> Key {
            Key(
                recipe: record.recipe, numbers: record.numbers, protocolName: record.protocolName)
        }
        return ExperimentReport.keys(records.map(key)).map { one in
            let own = records.filter { key($0) == one }
            return UsedNetwork(
                recipe: one.recipe, numbers: one.numbers, protocolName: one.protocolName,
                accuracies: Dictionary(
                    own.map { ($0.seed, $0.accuracy) }, uniquingKeysWith: { first, _ in first }),
                time: own.compactMap(\.time).first)
        }
    }
}
