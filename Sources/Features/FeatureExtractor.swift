import Core
import Formats
import Foundation

/// Describes pictures by LPQ and PHOG, on all cores.
///
/// Each picture is turned grey (ITU-R 601) and resized to `side` x `side` first, so that pictures
/// of different sizes can be compared. The result does not depend on the number of threads.
package struct FeatureExtractor: Sendable {
    /// What the descriptions depend on.
    package struct Options: Sendable, Hashable, Codable {
        /// Width and height in pixels to which every picture is resized, 8 to 4096.
        package var side = 128
        package var lpq = LPQ.Options()
        package var phog = PHOG.Options()

        package init() {}
    }

    /// Called with pictures done and in all, from any thread, one call at a time.
    package typealias Progress = Parallel.Progress

    package let options: Options
    private let lpq: LPQ
    private let phog: PHOG

    /// - Throws: `FeatureError.badOption`, or `.tooSmall` if the side is too small to be described.
    package init(_ options: Options = Options()) throws(FeatureError) {
        guard (8...4096).contains(options.side) else {
            throw .badOption(
                name: "picture side", value: "\(options.side)", expected: "8 to 4096 pixels")
        }
        self.options = options
        lpq = try LPQ(options.lpq)
        phog = try PHOG(options.phog)
        try lpq.checkSize(width: options.side, height: options.side)
        try phog.checkSize(width: options.side, height: options.side)
    }

    /// LPQ and PHOG of one picture; `resizer` is scratch memory, one a thread.
    package func describe(_ picture: Picture, with resizer: Resizer = Resizer())
        throws(FeatureError) -> PictureFeatures
    {
        let small = prepared(picture, with: resizer)
        return try PictureFeatures(
            lpq: lpq.histogram(of: small), phog: phog.descriptor(of: small))
    }

    /// LPQ and PHOG of `count` pictures, each asked for once, by its index.
    ///
    /// A picture that cannot be read or described stops nothing: its place holds the error.
    /// - Parameter picture: called from several threads at once.
    package func describe(
        count: Int, threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        progress: Progress? = nil, picture: @Sendable (Int) throws -> Picture
    ) -> [Result<PictureFeatures, any Error>] {
        Parallel(threads: threads, progress: progress).map(count, tools: { _ in Resizer() }) {
            index, resizer in
            Result { try describe(picture(index), with: resizer) }
        }.compactMap { $0 }
    }

    private func prepared(_ picture: Picture, with resizer: Resizer) -> Picture {
        let (grey, side) = (picture.grey(), options.side)
        guard grey.width != side || grey.height != side else { return grey }
        let pixels = [UInt8](unsafeUninitializedCapacity: side * side) { buffer, filled in
            if let base = buffer.baseAddress {
                resizer.resize(grey, width: side, height: side, into: base)
            }
            filled = side * side
        }
        return Picture(width: side, height: side, channels: 1, pixels: pixels)
    }
}

/// What LPQ and PHOG say about one picture.
package struct PictureFeatures: Sendable, Equatable {
    package let lpq: [Double]
    package let phog: [Double]
}
