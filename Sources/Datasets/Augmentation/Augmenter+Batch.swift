import Core
import Formats
import Foundation

/// One thread's memory for each of the threads that fill a batch; kept from batch to batch.
package final class AugmentationWorkspace: @unchecked Sendable {
    fileprivate let scratches: [AugmentationScratch]

    package init(threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
        scratches = (0..<max(1, threads)).map { _ in AugmentationScratch() }
    }
}

extension Augmenter {
    /// Writes a batch: picture `pictures[i]` of the store, varied by `variations[i]`, as input i.
    ///
    /// - Parameters:
    ///   - pixels: all pictures of the store, NHWC bytes, one after the other.
    ///   - destination: at least `pictures.count * count` floats, NHWC.
    ///   - workspace: not used by two batches at once.
    package func fill(
        _ destination: UnsafeMutableBufferPointer<Float>, from pixels: UnsafeBufferPointer<UInt8>,
        pictures: [Int], variations: [Variation], workspace: AugmentationWorkspace
    ) {
        precondition(pictures.count == variations.count, "one variation for each picture")
        precondition(destination.count >= pictures.count * count, "the batch is too small")
        precondition(
            pictures.allSatisfy { $0 >= 0 && $0 < pixels.count / count }, "no such picture")
        let threads = min(workspace.scratches.count, pictures.count)
        nonisolated(unsafe) let (source, target) = (pixels, destination)
        Parallel(threads: threads).forEach(
            pictures.count, tools: { workspace.scratches[$0] }
        ) { i, scratch in
            let first = pictures[i] * count
            apply(
                variations[i],
                to: UnsafeBufferPointer(rebasing: source[first..<(first + count)]),
                into: UnsafeMutableBufferPointer(
                    rebasing: target[(i * count)..<((i + 1) * count)]),
                scratch: scratch)
        }
    }

    /// The varied picture in 8 bits, rounded: for contact sheets and files.
    ///
    /// - Throws: `DatasetError` unless the picture is RGB, of 1 to 16,384 pixels a side.
    package static func picture(
        _ picture: Picture, _ variation: Variation
    ) throws(DatasetError) -> Picture {
        guard picture.channels == 3 else {
            throw DatasetError("augmentation: expected an RGB picture, found a grey one")
        }
        let plain = try Augmenter(
            width: picture.width, height: picture.height, mean: [0, 0, 0],
            std: [Double](repeating: 1.0 / 255, count: 3))
        var values = [Float](repeating: 0, count: plain.count)
        values.withUnsafeMutableBufferPointer { values in
            picture.pixels.withUnsafeBufferPointer {
                plain.apply(variation, to: $0, into: values, scratch: AugmentationScratch())
            }
        }
        return Picture(
            width: picture.width, height: picture.height, channels: 3,
            pixels: values.map { UInt8(min(max($0, 0), 255).rounded()) })
    }
}
