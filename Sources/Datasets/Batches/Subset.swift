/// What a run trains or is measured on: samples of a store, and how copies differ from their picture.
package struct Subset: Sendable {
    package let store: PictureStore
    package let samples: [Sample]
    /// What makes copy 1, 2, ... of a picture (`fixed` mode); nil where there is only copy 0.
    package let growth: AugmentationPolicy?
    /// From which the copies are drawn.
    package let growthSeed: UInt64

    package init(
        _ store: PictureStore, _ samples: [Sample], growth: AugmentationPolicy? = nil,
        growthSeed: UInt64 = 0
    ) {
        self.store = store
        self.samples = samples
        self.growth = growth
        self.growthSeed = growthSeed
    }

    /// Whole pictures by their indices in the store.
    package init(_ store: PictureStore, pictures: [Int]) {
        self.init(store, pictures.map { Sample(picture: $0) })
    }

    /// The number of samples.
    package var count: Int { samples.count }

    /// The label of a sample.
    package func label(_ sample: Sample) -> Int { store.files[sample.picture].label }

    /// How a sample differs from its picture, the same in every epoch.
    func variation(_ sample: Sample) -> Variation {
        guard let growth, sample.copy > 0 else { return .none }
        return growth.variation(
            .init(seed: growthSeed, picture: sample.picture, copy: sample.copy))
    }
}
