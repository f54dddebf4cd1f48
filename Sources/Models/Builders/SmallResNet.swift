/// Residual networks for pictures of 32x32 (He, Zhang, Ren & Sun 2016, section 4.2): 6n + 2 layers with
/// 16, 32 and 64 filters. Shortcuts have no parameters (option A): every other pixel is taken, and
/// channels of zeros are added on both sides.
struct SmallResNetTable {
    /// n, the blocks in each of the three stages.
    let blocks: Int

    func graph(classes: Int, size: Int) throws -> Graph {
        var net = GraphBuilder(size: size)
        var x = try net.conv("conv1", net.input, 16, kernel: 3)
        x = try net.relu("relu", net.norm("bn1", x))
        for stage in 0..<3 {
            for block in 0..<blocks {
                let stride = stage > 0 && block == 0 ? 2 : 1
                x = try add(&net, "layer\(stage + 1).\(block)", x, width: 16 << stage, stride)
            }
        }
        return net.finish(try net.linear("fc", net.globalPool(x), classes))
    }

    private func add(
        _ net: inout GraphBuilder, _ path: String, _ x: String, width: Int, _ stride: Int
    ) throws -> String {
        var y = try net.conv("\(path).conv1", x, width, kernel: 3, stride: stride)
        y = try net.relu("\(path).relu1", net.norm("\(path).bn1", y))
        y = try net.norm("\(path).bn2", net.conv("\(path).conv2", y, width, kernel: 3))
        var identity = x
        if stride > 1 {
            identity = try net.node(
                "\(path).downsample.0", "Slice", [x],
                [
                    "starts": .ints([0, 0]), "ends": .ints([.max, .max]), "axes": .ints([2, 3]),
                    "steps": .ints([stride, stride]),
                ])
            let side = (width - net.channels(x)) / 2
            identity = try net.node(
                "\(path).downsample.1", "Pad", [identity],
                ["pads": .ints([0, side, 0, 0, 0, side, 0, 0])])
        }
        return try net.relu("\(path).relu", net.add("\(path).add", y, identity))
    }
}
