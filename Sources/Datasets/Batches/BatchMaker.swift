import Torch

/// Turns samples into batches, in one buffer that every batch reuses.
///
/// The buffer is [batch, height, width, 3] in memory, which libtorch sees as channels-last
/// [batch, 3, height, width]; normalised as `Preprocessing` says.
package final class BatchMaker {
    private let batchSize: Int
    private let device: Device
    private let augmenter: Augmenter
    private let workspace: AugmentationWorkspace
    private let pixels: Tensor
    private let labels: Tensor

    package init(_ preprocessing: Preprocessing, batchSize: Int, device: Device) throws {
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
