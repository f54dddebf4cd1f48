import CFaces

/// The proposal network (Zhang et al. 2016, figure 2): a 12 x 12 window slid over a picture by 2.
struct PNet: Sendable {
    static let shapes: [(name: String, shape: [Int])] = [
        ("conv1.weight", [10, 3, 3, 3]), ("conv1.bias", [10]), ("prelu1.weight", [10]),
        ("conv2.weight", [16, 10, 3, 3]), ("conv2.bias", [16]), ("prelu2.weight", [16]),
        ("conv3.weight", [32, 16, 3, 3]), ("conv3.bias", [32]), ("prelu3.weight", [32]),
        ("conv4_1.weight", [2, 32, 1, 1]), ("conv4_1.bias", [2]),
        ("conv4_2.weight", [4, 32, 1, 1]), ("conv4_2.bias", [4]),
    ]

    /// Values per window in an output row: two logits, four offsets, and padding.
    static let outputStride = 16

    private let conv1: CascadeLayer
    private let conv2: CascadeLayer
    private let conv3: CascadeLayer
    private let heads: CascadeLayer

    init(_ weights: NetworkWeights) throws {
        conv1 = try CascadeLayer(weights, "conv1", prelu: "prelu1")
        conv2 = try CascadeLayer(weights, "conv2", prelu: "prelu2")
        conv3 = try CascadeLayer(weights, "conv3", prelu: "prelu3")
        heads = try CascadeLayer(weights, "conv4_1", "conv4_2", prelu: nil)
    }

    /// The rows that each layer has to keep while the network moves down a picture.
    final class Rows {
        fileprivate let input = FeatureRows()
        fileprivate let conv1 = FeatureRows()
        fileprivate let pool1 = FeatureRows()
        fileprivate let conv2 = FeatureRows()
        fileprivate let conv3 = FeatureRows()
        fileprivate let heads = FeatureRows()

        fileprivate func reshape(_ net: PNet, height: Int, width: Int) {
            input.reshape(height: height, width: width, channels: 3, kept: 3)
            let (h1, w1) = (height - 2, width - 2)
            conv1.reshape(height: h1, width: w1, channels: net.conv1.paddedOutputs, kept: 2)
            let (h2, w2) = (FeatureRows.pooled(h1, kernel: 2), FeatureRows.pooled(w1, kernel: 2))
            pool1.reshape(height: h2, width: w2, channels: net.conv1.outputs, kept: 3)
            let (outputs2, outputs3) = (net.conv2.paddedOutputs, net.conv3.paddedOutputs)
            conv2.reshape(height: h2 - 2, width: w2 - 2, channels: outputs2, kept: 3)
            conv3.reshape(height: h2 - 4, width: w2 - 4, channels: outputs3, kept: 1)
            heads.reshape(height: h2 - 4, width: w2 - 4, channels: PNet.outputStride, kept: 1)
        }
    }

    /// Moves down a picture of at least 12 x 12 pixels, all layers together.
    ///
    /// - Parameters:
    ///   - fill: writes row y of the picture: width * 3 values.
    ///   - visit: sees each row of windows: its index, their number, and for each window the logits of no
    ///     face and face, then four offsets, `outputStride` values apart.
    func scan(
        height: Int, width: Int, rows: Rows, _ kernels: wf_kernels,
        fill: (Int, UnsafeMutablePointer<Float>) -> Void,
        visit: (Int, Int, UnsafePointer<Float>) -> Void
    ) {
        rows.reshape(self, height: height, width: width)
        var filled = 0
        for y in 0..<rows.pool1.height {
            for upper in 2 * y..<min(2 * y + 2, rows.conv1.height) {
                while filled < upper + 3 {
                    fill(filled, rows.input.row(filled))
                    filled += 1
                }
                let width = rows.conv1.width
                conv1.row(upper, of: rows.input, width: width, kernels, into: rows.conv1.row(upper))
            }
            rows.conv1.pool(
                row: y, kernel: 2, keeping: conv1.outputs, kernels, into: rows.pool1.row(y))
            if y >= 2 {
                conv2.row(
                    y - 2, of: rows.pool1, width: rows.conv2.width, kernels,
                    into: rows.conv2.row(y - 2))
            }
            if y >= 4 {
                let (width, out) = (rows.conv3.width, rows.heads.row(0))
                conv3.row(y - 4, of: rows.conv2, width: width, kernels, into: rows.conv3.row(0))
                heads.row(0, of: rows.conv3, width: width, kernels, into: out)
                visit(y - 4, width, out)
            }
        }
    }
}
