/// Residual networks for large pictures (He, Zhang, Ren & Sun 2016, table 1).
struct ResNetTable {
    /// Blocks in each of the four stages.
    let blocks: [Int]
    /// 1x1, 3x3 and 1x1 convolutions instead of two of 3x3; the stride on the 3x3, as torchvision.
    var bottleneck = false

    func graph(classes: Int, size: Int) throws -> Graph {
        var net = GraphBuilder(size: size)
        var x = try net.conv("conv1", net.input, 64, kernel: 7, stride: 2)
        x = try net.relu("relu", net.norm("bn1", x))
        x = try net.maxPool("maxpool", x, kernel: 3, stride: 2, padding: 1)
        for (stage, count) in blocks.enumerated() {
            for block in 0..<count {
                let stride = stage > 0 && block == 0 ? 2 : 1
                x = try add(&net, "layer\(stage + 1).\(block)", x, width: 64 << stage, stride)
            }
        }
        return net.finish(try net.linear("fc", net.globalPool(x), classes))
    }

    private func add(
        _ net: inout GraphBuilder, _ path: String, _ x: String, width: Int, _ stride: Int
    ) throws -> String {
        let layers =
            bottleneck
            ? [(width, 1, 1), (width, 3, stride), (4 * width, 1, 1)]
            : [(width, 3, stride), (width, 3, 1)]
        var y = x
        for (index, (out, kernel, stride)) in layers.enumerated() {
            if index > 0 { y = try net.relu("\(path).relu\(index)", y) }
            y = try net.conv("\(path).conv\(index + 1)", y, out, kernel: kernel, stride: stride)
            y = try net.norm("\(path).bn\(index + 1)", y)
        }
        var identity = x
        if stride > 1 || net.channels(x) != net.channels(y) {
            identity = try net.conv(
                "\(path).downsample.0", x, net.channels(y), kernel: 1, stride: stride)
            identity = try net.norm("\(path).downsample.1", identity)
        }
        return try net.relu("\(path).relu", net.add("\(path).add", y, identity))
    }
}
