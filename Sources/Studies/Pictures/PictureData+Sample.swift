import Datasets
import Foundation
import Models
import Pruning
import Torch

extension PictureData {
    /// Pictures that a criterion may look at: those of a division's training part, at equal distances where
    /// there are more than it needs, unvaried.
    package func sample(_ plan: SplitPlan) throws -> SamplePictures {
        try sample(parts(plan).train, words: "training pictures")
    }

    /// The same of any pictures.
    ///
    /// - Parameter words: `training pictures`.
    package func sample(
        _ subset: Subset, words: String, most: Int = SamplePictures.usual
    ) throws -> SamplePictures {
        try SamplePictures(subset, words: words, most: most)
    }
}

extension SamplePictures {
    /// Some pictures in batches, prepared as the store says.
    package init(_ subset: Subset, words: String, most: Int = SamplePictures.usual) throws {
        let (all, size) = (subset.samples, 32)
        let count = min(most, all.count)
        let samples = (0..<count).map { all[$0 * all.count / max(1, count)] }
        let maker = try BatchMaker(subset.store.preprocessing, batchSize: size, device: .cpu)
        self.init(words: "\(count) \(words)") { body in
            for begin in stride(from: 0, to: count, by: size) {
                let batch = samples[begin..<min(begin + size, count)]
                try body(maker.fill(subset, batch).0, batch.map(subset.label))
            }
        }
    }
}

extension SamplePictures {
    /// Pictures that a network may be looked at with: of those that it was trained on some of its training part,
    /// else some of all, which `note` is told.
    ///
    /// - Parameters:
    ///   - file: the network's, for messages.
    ///   - store: the pictures of `source`, prepared as the network's.
    ///   - most: how many pictures at most.
    package static func training(
        of network: Model, file: String, _ source: PictureSource, _ store: PictureStore,
        most: Int = SamplePictures.usual, note: (String) -> Void
    ) throws -> SamplePictures {
        let plan = try network.recorded(SplitPlan.self, "split", file: file)
        if let plan, network.metadata["data"] == store.fingerprint,
            try source.manifest?.fingerprint() == plan.manifest, !plan.groups.hasPrefix("column ")
        {
            let pictures = try PictureData(
                source, store, groups: plan.groups,
                threads: ProcessInfo.processInfo.activeProcessorCount)
            return try SamplePictures(
                pictures.parts(plan).train, words: "training pictures", most: most)
        }
        note("the network does not say which of these pictures are for training: all are looked at")
        return try SamplePictures(
            Subset(store, pictures: Array(0..<store.count)), words: "pictures", most: most)
    }
}
