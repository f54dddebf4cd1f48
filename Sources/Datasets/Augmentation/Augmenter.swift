/// Turns an RGB picture in memory into the network's input, varied, in one pass over its rows.
///
/// Each row is sampled from the picture, averaged with its neighbours if there is a blur, changed
/// in brightness and contrast, and normalised while it is still in the cache. Nothing is rounded
/// to 8 bits on the way. Different pictures may be done on different threads, each with its own
/// `AugmentationScratch`; nothing is allocated.
package struct Augmenter: Sendable {
    /// Size of pictures and input in pixels.
    package let width: Int
    package let height: Int
    /// The input is `value * gain + offset` for a value of 0...255, per channel, repeated to 12.
    let gain: Triple
    let offset: Triple

    /// - Throws: `DatasetError` if a side is over 16,384 pixels (`AffineMap` is followed in 32 bits).
    package init(_ preprocessing: Preprocessing) throws(DatasetError) {
        try self.init(
            width: preprocessing.width, height: preprocessing.height,
            mean: preprocessing.mean, std: preprocessing.std)
    }

    /// - Parameters:
    ///   - mean: of each channel, on the scale 0...1.
    ///   - std: of each channel, on the scale 0...1.
    init(width: Int, height: Int, mean: [Double], std: [Double]) throws(DatasetError) {
        guard (1...16_384).contains(width), (1...16_384).contains(height), mean.count == 3,
            std.count == 3
        else {
            throw DatasetError(
                "augmentation: expected RGB pictures of 1 to 16384 pixels a side, found "
                    + "\(width) x \(height), \(mean.count) means, \(std.count) deviations")
        }
        self.width = width
        self.height = height
        gain = Triple((0..<3).map { Float(1 / (255 * std[$0])) })
        offset = Triple((0..<3).map { Float(-mean[$0] / std[$0]) })
    }

    /// Bytes of a picture, and floats of an input: height x width x RGB.
    package var count: Int { height * width * 3 }

    /// Writes one varied picture.
    ///
    /// - Parameters:
    ///   - source: `count` bytes, NHWC.
    ///   - destination: `count` floats, NHWC, filled completely.
    ///   - scratch: memory for pictures of at least this width; not used by two threads at once.
    package func apply(
        _ variation: Variation, to source: UnsafeBufferPointer<UInt8>,
        into destination: UnsafeMutableBufferPointer<Float>, scratch: AugmentationScratch
    ) {
        precondition(source.count == count && destination.count == count, "not one picture")
        precondition(variation.blur % 2 == 1 && variation.blur >= 1, "a blur of even size")
        guard let target = destination.baseAddress else { return }
        scratch.prepare(width: width, blur: variation.blur)
        let rows = SampledRows(source, width: width, height: height, variation)
        let tone = Tone(variation, gain: gain, offset: offset)
        if variation.blur == 1 {
            for y in 0..<height {
                rows.write(y, to: scratch.line)
                tone.write(scratch.line, to: target + y * width * 3, count: width * 3)
            }
        } else {
            blurred(rows, tone, scratch, target)
        }
    }

    /// The same with a box blur: keeps the last `blur` rows, each already averaged along the row.
    private func blurred(
        _ rows: SampledRows, _ tone: Tone, _ scratch: AugmentationScratch,
        _ target: UnsafeMutablePointer<Float>
    ) {
        let radius = scratch.blur / 2
        var ready = 0
        for y in 0..<height {
            while ready <= min(y + radius, height - 1) {
                rows.write(ready, to: scratch.line)
                scratch.sumAlongLine(into: ready)
                ready += 1
            }
            scratch.sumRows(around: y, height: height)
            tone.write(scratch.line, to: target + y * width * 3, count: width * 3)
        }
    }
}

/// The index that `index` means outside 0..<count when the border is a mirror that is not repeated:
/// -1 is 1, `count` is `count - 2`.
@inline(__always)
func reflected(_ index: Int, _ count: Int) -> Int {
    guard count > 1 else { return 0 }
    var place = index
    while true {
        if place < 0 {
            place = -place
        } else if place >= count {
            place = 2 * (count - 1) - place
        } else {
            return place
        }
    }
}
