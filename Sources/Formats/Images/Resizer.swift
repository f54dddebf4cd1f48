/// Bilinear antialiased resizing that matches PIL's (and so torchvision's `Resize` on PIL images).
///
/// Two passes over 8-bit pictures, first along rows, then along columns, each rounded to 8 bits:
/// bit for bit Pillow's up to version 12; Pillow 13 takes the cheaper pass first and differs by at
/// most 1. An instance keeps its scratch memory and its last weights between pictures; use one a
/// thread.
package final class Resizer {
    private var between: [UInt8] = []
    private var sums: [Int32] = []
    private var across: ResampleWeights?
    private var down: ResampleWeights?

    package init() {}

    /// Resizes `picture` to `width` x `height` and writes the part `window` of the result.
    ///
    /// Only what the window needs is computed: a very long picture costs no more than its window.
    /// - Parameters:
    ///   - window: within `width` x `height`; all of it by default.
    ///   - destination: `window.height * window.width * channels` bytes, filled completely.
    package func resize(
        _ picture: Picture, width: Int, height: Int, window: PictureArea? = nil,
        into destination: UnsafeMutablePointer<UInt8>
    ) {
        let window = window ?? PictureArea(x: 0, y: 0, width: width, height: height)
        precondition(picture.width > 0 && picture.height > 0, "nothing to resize")
        precondition(
            window.x >= 0 && window.y >= 0 && window.x + window.width <= width
                && window.y + window.height <= height, "window outside the resized picture")
        let across = Self.weights(
            &across, .init(input: picture.width, output: width, wanted: window.columns))
        let down = Self.weights(
            &down, .init(input: picture.height, output: height, wanted: window.rows))
        let (rows, rowBytes) = (down.inputs, window.width * picture.channels)
        grow(&between, to: rows.count * rowBytes)
        grow(&sums, to: rowBytes)
        picture.pixels.withUnsafeBufferPointer { source in
            between.withUnsafeMutableBufferPointer { between in
                sums.withUnsafeMutableBufferPointer { sums in
                    guard let source = source.baseAddress, let between = between.baseAddress,
                        let sums = sums.baseAddress
                    else { return }
                    let stride = picture.width * picture.channels
                    for (i, y) in rows.enumerated() {
                        Self.resizeRow(
                            source + y * stride, across, picture.channels, between + i * rowBytes)
                    }
                    Self.resizeColumns(
                        between - rows.lowerBound * rowBytes, down, rowBytes, sums, destination)
                }
            }
        }
    }

    /// The weights kept from the last picture if they fit this one, otherwise new ones.
    private static func weights(
        _ kept: inout ResampleWeights?, _ key: ResampleWeights.Key
    ) -> ResampleWeights {
        if let kept, kept.key == key { return kept }
        let fresh = ResampleWeights(key)
        kept = fresh
        return fresh
    }

    private func grow<Value: ExpressibleByIntegerLiteral>(_ scratch: inout [Value], to count: Int) {
        if scratch.count < count { scratch = [Value](repeating: 0, count: count) }
    }
}
