import Networks

/// A network that Winnow builds, by torchvision's name.
package struct BuiltNetwork: Sendable {
    package let name: String
    package let summary: String
    /// Pixels on each side that it is made for.
    package let size: Int
    /// The graph for so many classes and pictures of that size.
    let build: @Sendable (_ classes: Int, _ size: Int) throws -> Graph

    /// The graph for so many classes.
    ///
    /// - Throws: `NetworkError` for a size that the network cannot take.
    package func graph(classes: Int, size: Int? = nil) throws -> Graph {
        try build(classes, size ?? self.size)
    }

    /// Every network; adding one is a file beside this and a line here.
    package static let all: [BuiltNetwork] = [
        resnet("resnet18", ResNetTable(blocks: [2, 2, 2, 2])),
        resnet("resnet34", ResNetTable(blocks: [3, 4, 6, 3])),
        resnet("resnet50", ResNetTable(blocks: [3, 4, 6, 3], bottleneck: true)),
        resnet("resnet101", ResNetTable(blocks: [3, 4, 23, 3], bottleneck: true)),
        vgg("vgg11", [1, 1, 2, 2, 2], norm: false), vgg("vgg11_bn", [1, 1, 2, 2, 2], norm: true),
        vgg("vgg16", [2, 2, 3, 3, 3], norm: false), vgg("vgg16_bn", [2, 2, 3, 3, 3], norm: true),
        BuiltNetwork(
            name: "mobilenet_v2", summary: "Sandler et al. 2018, table 2", size: 224,
            build: { try MobileNetV2Table().graph(classes: $0, size: $1) }),
        small("resnet20", 3), small("resnet56", 9),
    ]

    /// The network of a name.
    ///
    /// - Throws: `NetworkError` with the names that there are.
    package static func named(_ name: String) throws -> BuiltNetwork {
        if let found = all.first(where: { $0.name == name }) { return found }
        throw NetworkError(
            "no network named '\(name)'; built in are \(all.map(\.name).joined(separator: ", ")), and "
                + "any other comes as an .onnx file")
    }

    private static func resnet(_ name: String, _ table: ResNetTable) -> BuiltNetwork {
        BuiltNetwork(
            name: name, summary: "He et al. 2016, table 1", size: 224,
            build: { try table.graph(classes: $0, size: $1) })
    }

    private static func small(_ name: String, _ blocks: Int) -> BuiltNetwork {
        BuiltNetwork(
            name: name, summary: "He et al. 2016, section 4.2, n = \(blocks)", size: 32,
            build: { try SmallResNetTable(blocks: blocks).graph(classes: $0, size: $1) })
    }

    private static func vgg(_ name: String, _ convolutions: [Int], norm: Bool) -> BuiltNetwork {
        BuiltNetwork(
            name: name, summary: "Simonyan & Zisserman 2015, table 1", size: 224,
            build: {
                try VGGTable(convolutions: convolutions, norm: norm).graph(classes: $0, size: $1)
            })
    }
}
