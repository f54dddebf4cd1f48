import Formats
import Torch

/// Which pictures of a store a run trains or is measured on.
package struct Subset: Sendable {
    package let store: PictureStore
    /// Indices into the store.
    package let indices: [Int]

    package init(_ store: PictureStore, _ indices: [Int]) {
        self.store = store
        self.indices = indices
    }

    /// The number of pictures.
    package var count: Int { indices.count }
}

/// Turns pictures of a store into batches, in one buffer that every batch reuses.
///
/// The buffer is [batch, height, width, 3] in memory, which libtorch sees as channels-last
/// [batch, 3, height, width]; normalised as `Preprocessing` says.
package final class BatchMaker {
    private let preprocessing: Preprocessing
    private let batchSize: Int
    private let device: Device
    private let pixels: Tensor
    private let labels: Tensor
    /// Normalised value of each byte, for each channel.
    private let lookup: [Float]

    package init(_ preprocessing: Preprocessing, batchSize: Int, device: Device) throws {
        self.preprocessing = preprocessing
        self.batchSize = batchSize
        self.device = device
        pixels = try .empty([batchSize, preprocessing.height, preprocessing.width, 3])
        labels = try .empty([batchSize], dtype: .int64)
        lookup = (0..<3).flatMap { channel in
            (0..<256).map { byte in
                Float(
                    (Double(byte) / 255 - preprocessing.mean[channel]) / preprocessing.std[channel])
            }
        }
    }

    /// One batch: pictures [n, 3, H, W] (channels-last) and labels [n], n up to the batch size.
    ///
    /// - Parameter flips: which of them are mirrored left to right; empty for none.
    package func fill(
        _ store: PictureStore, _ indices: ArraySlice<Int>, flips: [Bool] = []
    ) throws -> (x: Tensor, target: Tensor) {
        precondition(indices.count <= batchSize, "more pictures than the batch holds")
        try pixels.withMemory(of: Float.self) { target in
            try copy(store, indices, flips, target)
        }
        try labels.withMemory(of: Int64.self) { target in
            for (slot, index) in indices.enumerated() {
                target[slot] = Int64(store.files[index].label)
            }
        }
        let n = indices.count
        let x = try pixels.narrow(dim: 0, start: 0, length: n).permuted([0, 3, 1, 2])
        let target = try labels.narrow(dim: 0, start: 0, length: n)
        if device == .cpu { return (x, target) }
        return (try x.to(device: device), try target.to(device: device))
    }

    private func copy(
        _ store: PictureStore, _ indices: ArraySlice<Int>, _ flips: [Bool],
        _ target: UnsafeMutableBufferPointer<Float>
    ) throws {
        let bytes = preprocessing.byteCount
        store.pixels.withUnsafeBufferPointer { source in
            for (slot, index) in indices.enumerated() {
                let picture = UnsafeBufferPointer(
                    rebasing: source[(index * bytes)..<((index + 1) * bytes)])
                let out = UnsafeMutableBufferPointer(
                    rebasing: target[(slot * bytes)..<((slot + 1) * bytes)])
                normalise(picture, out, mirrored: !flips.isEmpty && flips[slot])
            }
        }
    }

    private func normalise(
        _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<Float>,
        mirrored: Bool
    ) {
        let width = preprocessing.width
        lookup.withUnsafeBufferPointer { lookup in
            for y in 0..<preprocessing.height {
                for x in 0..<width {
                    let from = (y * width + (mirrored ? width - 1 - x : x)) * 3
                    let to = (y * width + x) * 3
                    target[to] = lookup[Int(source[from])]
                    target[to + 1] = lookup[256 + Int(source[from + 1])]
                    target[to + 2] = lookup[512 + Int(source[from + 2])]
                }
            }
        }
    }
}
