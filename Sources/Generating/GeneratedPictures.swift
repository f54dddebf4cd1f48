import Core
import Datasets
import Formats
import Models

/// Training parts that grow by pictures which nobody took.
package enum GeneratedPictures {
    /// How many pictures are added so that `share` of all are added ones.
    package static func count(share: Double, of real: Int) -> Int {
        Int((Double(real) * share / (1 - share)).rounded())
    }

    /// Classes of so many added pictures, in the proportions of the training part: those of its own pictures in turn.
    package static func labels(_ count: Int, like train: Subset, seed: UInt64) -> [Int] {
        var random = SplitMix64(seed: seed, name: "added pictures")
        let order = random.shuffled(train.samples).map(train.label)
        return (0..<count).map { order[$0 % order.count] }
    }

    /// A training part with pictures of a generator in it.
    ///
    /// - Throws: `NetworkError` where the generator's classes or size are not those of the pictures.
    package static func adding(
        _ share: Double, from generator: PictureGenerator, to train: Subset, seed: UInt64
    ) throws -> Subset {
        let store = train.store
        guard generator.classes == store.classes, generator.size == store.preprocessing.height,
            generator.size == store.preprocessing.width
        else {
            throw NetworkError(
                "the generator makes \(generator.classes.count) classes at \(generator.size) pixels, the "
                    + "pictures are \(store.classes.count) at \(store.preprocessing.width)x"
                    + "\(store.preprocessing.height)")
        }
        let labels = labels(count(share: share, of: train.count), like: train, seed: seed)
        var left = try Dictionary(
            uniqueKeysWithValues: Set(labels).map { label in
                let count = labels.count { $0 == label }
                return (
                    label,
                    try generator.pictures(of: label, count: count, seed: seed)[...]
                )
            })
        let pictures = labels.compactMap { left[$0]?.popFirst() }
        let kept = Set(train.samples.map(\.picture)).sorted()
        let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        let samples = train.samples.compactMap { sample in
            places[sample.picture].map { Sample(picture: $0, copy: sample.copy) }
        }
        let added = pictures.indices.map { Sample(picture: kept.count + $0) }
        return Subset(
            store.keeping(kept, adding: pictures, labels: labels), samples + added,
            growth: train.growth, growthSeed: train.growthSeed)
    }

    /// The control: as many of the training part's own pictures a second time, of the same classes.
    package static func repeating(_ share: Double, of train: Subset, seed: UInt64) -> Subset {
        var random = SplitMix64(seed: seed, name: "added pictures")
        let order = random.shuffled(train.samples)
        let count = count(share: share, of: train.count)
        // A copy of its own, so that it is varied otherwise than the first in the same epoch.
        let next = (train.samples.map(\.copy).max() ?? 0) + 1
        let added = (0..<count).map { place in
            let again = order[place % order.count]
            return Sample(
                picture: again.picture, copy: again.copy + next * (1 + place / order.count))
        }
        return Subset(
            train.store, train.samples + added, growth: train.growth, growthSeed: train.growthSeed)
    }
}
