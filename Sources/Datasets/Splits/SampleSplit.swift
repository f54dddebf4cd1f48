/// One thing a network sees: a picture, or one of its augmented copies.
package struct Sample: Sendable, Equatable, Hashable, Codable {
    /// Index of the picture in its data set.
    package let picture: Int
    /// 0 for the picture itself, 1, 2, ... for its augmented copies.
    package let copy: Int

    package init(picture: Int, copy: Int = 0) {
        self.picture = picture
        self.copy = copy
    }
}

/// A part for each sample; what training reads.
package struct SampleSplit: Sendable, Equatable {
    package let samples: [Sample]
    package let parts: [SplitPart]

    package init(samples: [Sample], parts: [SplitPart]) {
        precondition(samples.count == parts.count, "a part for each sample")
        self.samples = samples
        self.parts = parts
    }

    /// The samples of one part, in order.
    package subscript(part: SplitPart) -> [Sample] {
        zip(samples, parts).filter { $0.1 == part }.map(\.0)
    }

    /// How many samples of `part` have another copy of the same picture in training.
    package func withSiblingInTraining(_ part: SplitPart) -> Int {
        let trained = Set(self[.train].map(\.picture))
        return self[part].filter { trained.contains($0.picture) }.count
    }
}
