/// Inverted residuals with linear bottlenecks (Sandler et al. 2018, table 2).
struct MobileNetV2Table {
    /// Expansion t, output channels c, repeats n, stride s of the first.
    private let rows = [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
        (6, 320, 1, 1),
    ]

    func graph(classes: Int, size: Int) throws -> Graph {
        var net = GraphBuilder(size: size)
        var x = try layer(&net, "features.0", net.input, 32, kernel: 3, stride: 2)
        var index = 1
        for (expansion, out, repeats, stride) in rows {
            for block in 0..<repeats {
                x = try bottleneck(
                    &net, "features.\(index)", x, expansion, out, block == 0 ? stride : 1)
                index += 1
            }
        }
        x = try layer(&net, "features.\(index)", x, 1280, kernel: 1)
        x = try net.dropout("classifier.0", net.globalPool(x), 0.2)
        return net.finish(try net.linear("classifier.1", x, classes, deviation: 0.01))
    }

    /// Expand, filter each channel, project; the input is added where the shape stays.
    private func bottleneck(
        _ net: inout GraphBuilder, _ path: String, _ x: String, _ expansion: Int, _ out: Int,
        _ stride: Int
    ) throws -> String {
        var (y, index) = (x, 0)
        let width = expansion * net.channels(x)
        if expansion > 1 {
            y = try layer(&net, "\(path).conv.0", y, width, kernel: 1)
            index = 1
        }
        y = try layer(
            &net, "\(path).conv.\(index)", y, width, kernel: 3, stride: stride, groups: width)
        y = try net.conv("\(path).conv.\(index + 1)", y, out, kernel: 1)
        y = try net.norm("\(path).conv.\(index + 2)", y)
        guard stride == 1, net.channels(x) == out else { return y }
        return try net.add("\(path).add", x, y)
    }

    /// Convolution, batch norm and ReLU6.
    private func layer(
        _ net: inout GraphBuilder, _ path: String, _ x: String, _ out: Int, kernel: Int,
        stride: Int = 1, groups: Int = 1
    ) throws -> String {
        let y = try net.conv("\(path).0", x, out, kernel: kernel, stride: stride, groups: groups)
        return try net.node(
            "\(path).2", "Clip", [net.norm("\(path).1", y)], ["min": .float(0), "max": .float(6)])
    }
}
