import CFaces
import Formats

/// Area interpolation of a part of a picture, as torch.nn.functional.interpolate(mode: "area").
///
/// Output i of n is the mean of inputs floor(i * size / n) ..< ceil((i + 1) * size / n), along both axes;
/// then (mean - 127.5) / 128, which the networks take. Keeps its scratch memory: one instance a thread.
final class AreaResampler {
    private let kernels: wf_kernels
    private var sums: [Int32] = []
    private var spans: [wf_span] = []
    private var area = PictureArea(x: 0, y: 0, width: 1, height: 1)
    private var height = 1

    init(_ kernels: wf_kernels) {
        self.kernels = kernels
    }

    /// Prepares to resample `area` to `width` x `height`.
    func start(_ area: PictureArea, width: Int, height: Int) {
        self.area = area
        self.height = height
        spans.removeAll(keepingCapacity: true)
        for x in 0..<width { spans.append(Self.span(x, of: width, over: area.width)) }
        // The loop reads whole vectors of four, one value past the last pixel.
        let count = area.width * 3 + 1
        if sums.count < count { sums = [Int32](repeating: 0, count: count) }
    }

    /// Row `y` of the result: width * 3 values, channels interleaved.
    ///
    /// - Precondition: `area` lies inside the picture, which is RGB.
    func row(_ y: Int, of picture: Picture, into out: UnsafeMutablePointer<Float>) {
        precondition(
            picture.channels == 3 && area.x >= 0 && area.y >= 0
                && area.x + area.width <= picture.width && area.y + area.height <= picture.height,
            "area outside the picture, or no colour")
        let rows = Self.span(y, of: height, over: area.height)
        picture.pixels.withUnsafeBufferPointer { pixels in
            sums.withUnsafeMutableBufferPointer { sums in
                spans.withUnsafeBufferPointer { spans in
                    guard let pixels = pixels.baseAddress, let sums = sums.baseAddress,
                        let first = spans.baseAddress
                    else { return }
                    let top = (area.y + Int(rows.start)) * picture.width + area.x
                    kernels.add_rows(
                        pixels + 3 * top, Int64(3 * picture.width), rows.count,
                        Int64(3 * area.width), sums)
                    kernels.mean_columns(sums, first, Int32(spans.count), rows.share, out)
                }
            }
        }
    }

    /// The inputs that make output `index` of `outputs` over `size` inputs.
    private static func span(_ index: Int, of outputs: Int, over size: Int) -> wf_span {
        let start = index * size / outputs
        let count = ((index + 1) * size + outputs - 1) / outputs - start
        return wf_span(start: Int32(start), count: Int32(count), share: 1 / Float(count))
    }
}
