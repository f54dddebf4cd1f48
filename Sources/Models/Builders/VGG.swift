/// Networks of 3x3 convolutions and three large layers (Simonyan & Zisserman 2015, table 1).
struct VGGTable {
    /// Convolutions in each of the five stages.
    let convolutions: [Int]
    /// With batch norm after each (Ioffe & Szegedy 2015).
    let norm: Bool

    func graph(classes: Int, size: Int) throws -> Graph {
        var net = GraphBuilder(size: size)
        var (x, index) = (net.input, 0)
        for (stage, count) in convolutions.enumerated() {
            for _ in 0..<count {
                x = try net.conv(
                    "features.\(index)", x, min(64 << stage, 512), kernel: 3, bias: true)
                if norm { x = try net.norm("features.\(index + 1)", x) }
                index += norm ? 2 : 1
                x = try net.relu("features.\(index)", x)
                index += 1
            }
            x = try net.maxPool("features.\(index)", x, kernel: 2, stride: 2)
            index += 1
        }
        x = try net.node("flatten", "Flatten", [sevenBySeven(&net, x)], ["axis": .int(1)])
        for layer in [0, 3] {
            x = try net.relu(
                "classifier.\(layer + 1)",
                net.linear("classifier.\(layer)", x, 4096, deviation: 0.01))
            x = try net.dropout("classifier.\(layer + 2)", x, 0.5)
        }
        return net.finish(try net.linear("classifier.6", x, classes, deviation: 0.01))
    }

    /// torchvision's adaptive pooling to 7x7, where it is a plain pooling or a repetition.
    private func sevenBySeven(_ net: inout GraphBuilder, _ x: String) throws -> String {
        let side = net.side(x)
        if side == 1 {
            return try net.node("avgpool", "Expand", [x], ["shape": .ints([1, 1, 7, 7])])
        }
        guard side > 0, side % 7 == 0 else {
            throw NetworkError(
                "VGG over pictures whose last maps are \(side)x\(side): expected 1x1 (pictures of 32 "
                    + "to 63 pixels) or a multiple of 7x7 (224, 448)")
        }
        if side == 7 { return x }
        let kernel = side / 7
        return try net.node(
            "avgpool", "AveragePool", [x],
            ["kernel_shape": .ints([kernel, kernel]), "strides": .ints([kernel, kernel])])
    }
}
