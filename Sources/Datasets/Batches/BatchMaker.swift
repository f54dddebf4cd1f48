import Torch

/// Turns samples into batches, in one buffer that every batch reuses.
///
/// The buffer is [batch, height, width, 3] in memory, which libtorch sees as channels-last
/// [batch, 3, height, width]; normalised as `Preprocessing` says. Where the pictures lie on the device, batches of a
/// sequence are made there.
package final class BatchMaker {
    private let batchSize: Int
    private let device: Device
    private let preprocessing: Preprocessing
    private let augmenter: Augmenter
    /// Bytes of pictures that may stay on the device.
    private let pictureBytes: Int
    private var deviceAugmenters: [DeviceAugmenter.Ways: DeviceAugmenter] = [:]
    private let workspace: AugmentationWorkspace
    private let pixels: Tensor
    private let labels: Tensor

    /// - Parameter pictureBytes: bytes of pictures that may stay on the device; what it has room for where nil.
    package init(
        _ preprocessing: Preprocessing, batchSize: Int, device: Device, pictureBytes: Int? = nil
    ) throws {
        self.preprocessing = preprocessing
        self.pictureBytes = try pictureBytes ?? PicturePixels.room(on: device)
        self.batchSize = batchSize
        self.device = device
        augmenter = try Augmenter(preprocessing)
        workspace = AugmentationWorkspace(threads: Runtime.threads)
        pixels = try .empty([batchSize, preprocessing.height, preprocessing.width, 3])
        labels = try .empty([batchSize], dtype: .int64)
    }

    /// Varies each picture anew in each epoch.
    package struct Fresh: Sendable {
        package let policy: AugmentationPolicy
        package let seed: UInt64
        package let epoch: Int

        package init(_ policy: AugmentationPolicy, seed: UInt64, epoch: Int) {
            self.policy = policy
            self.seed = seed
            self.epoch = epoch
        }

        func variation(_ sample: Sample) -> Variation {
            policy.variation(
                .init(seed: seed, picture: sample.picture, copy: sample.copy, epoch: epoch))
        }
    }

    /// All batches of some samples.
    ///
    /// - Parameter fresh: how training varies the pictures; nil to see them as they are.
    package func sequence(
        _ subset: Subset, _ samples: [Sample], fresh: Fresh? = nil
    ) throws -> BatchSequence {
        guard pictureBytes > 0,
            let pixels = try subset.store.pixels.resident(on: device, room: pictureBytes)
        else { return BatchSequence { try self.fill(subset, samples[$0], fresh: fresh) } }
        let numbers = try DeviceAugmenter.Numbers(
            samples.map {
                ($0.picture, subset.label($0), fresh?.variation($0) ?? subset.variation($0))
            },
            width: preprocessing.width, height: preprocessing.height, device: device)
        let ways = DeviceAugmenter.Ways(fresh?.policy ?? subset.growth)
        let augmenter =
            try deviceAugmenters[ways] ?? DeviceAugmenter(preprocessing, ways, device: device)
        deviceAugmenters[ways] = augmenter
        return BatchSequence(
            ResidentBatches(augmenter: augmenter, pixels: pixels, numbers: numbers))
    }

    /// One batch: pictures [n, 3, H, W] (channels-last) and labels [n], n up to the batch size.
    ///
    /// - Parameter fresh: how training varies the pictures; nil to see them as they are.
    package func fill(
        _ subset: Subset, _ samples: ArraySlice<Sample>, fresh: Fresh? = nil
    ) throws -> (x: Tensor, target: Tensor) {
        precondition(samples.count <= batchSize, "more samples than the batch holds")
        let variations = samples.map { fresh?.variation($0) ?? subset.variation($0) }
        subset.store.willNeed(samples.map(\.picture))
        try pixels.withMemory(of: Float.self) { target in
            subset.store.pixels.withUnsafeBufferPointer {
                augmenter.fill(
                    target, from: $0, pictures: samples.map(\.picture), variations: variations,
                    workspace: workspace)
            }
        }
        try labels.withMemory(of: Int64.self) { target in
            for (slot, sample) in samples.enumerated() {
                target[slot] = Int64(subset.label(sample))
            }
        }
        let n = samples.count
        let x = try pixels.narrow(dim: 0, start: 0, length: n).permuted([0, 3, 1, 2])
        let target = try labels.narrow(dim: 0, start: 0, length: n)
        if device == .cpu { return (x, target) }
        return (try x.to(device: device), try target.to(device: device))
    }
}
