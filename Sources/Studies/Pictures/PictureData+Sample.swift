import Datasets
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
    package func sample(_ subset: Subset, words: String) throws -> SamplePictures {
        try SamplePictures(subset, words: words)
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
