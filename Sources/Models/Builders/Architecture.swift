import Core

/// A network that Winnow builds, by torchvision's name.
///
/// In files and identities it is its name alone.
package struct Architecture: RawRepresentable, Sendable {
    /// Its name.
    package let rawValue: String
    package let summary: String
    /// Pixels on each side that it is made for.
    package let size: Int
    /// The graph for so many classes and pictures of that size.
    let build: @Sendable (_ classes: Int, _ size: Int) throws -> Graph

    /// The graph for so many classes.
    ///
    /// - Throws: `NetworkError` for a size that the network cannot take.
    package func graph(classes: Int, size: Int? = nil) throws -> Graph {
        var graph = try build(classes, size ?? self.size)
        graph.name = rawValue
        return graph
    }

    package init(
        _ name: String, _ summary: String, size: Int = 224,
        build: @escaping @Sendable (_ classes: Int, _ size: Int) throws -> Graph
    ) {
        (rawValue, self.summary, self.size, self.build) = (name, summary, size, build)
    }

    /// The network of a name; nil where none has it.
    package init?(rawValue: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else {
            return nil
        }
        self = found
    }

    package static let resnet18 = resnet("resnet18", ResNetTable(blocks: [2, 2, 2, 2]))
    package static let resnet34 = resnet("resnet34", ResNetTable(blocks: [3, 4, 6, 3]))
    package static let resnet50 = resnet(
        "resnet50", ResNetTable(blocks: [3, 4, 6, 3], bottleneck: true))

    /// Every network; adding one is a file beside this and a line here.
    package static let allCases: [Architecture] = [
        resnet18, resnet34, resnet50,
        resnet("resnet101", ResNetTable(blocks: [3, 4, 23, 3], bottleneck: true)),
        vgg("vgg11", [1, 1, 2, 2, 2], norm: false), vgg("vgg11_bn", [1, 1, 2, 2, 2], norm: true),
        vgg("vgg16", [2, 2, 3, 3, 3], norm: false), vgg("vgg16_bn", [2, 2, 3, 3, 3], norm: true),
        Architecture("mobilenet_v2", "Sandler et al. 2018, table 2") {
            try MobileNetV2Table().graph(classes: $0, size: $1)
        },
        small("resnet20", 3), small("resnet56", 9),
    ]

    /// The network of a name.
    ///
    /// - Throws: `NetworkError` with the names that there are.
    package static func named(_ name: String) throws -> Architecture {
        if let found = Architecture(rawValue: name) { return found }
        throw NetworkError(
            NearestName.refusal(of: name, "network", among: allCases.map(\.rawValue))
                + ". Any other comes as an .onnx file")
    }

    private static func resnet(_ name: String, _ table: ResNetTable) -> Architecture {
        Architecture(name, "He et al. 2016, table 1") { try table.graph(classes: $0, size: $1) }
    }

    private static func small(_ name: String, _ blocks: Int) -> Architecture {
        Architecture(name, "He et al. 2016, section 4.2, n = \(blocks)", size: 32) {
            try SmallResNetTable(blocks: blocks).graph(classes: $0, size: $1)
        }
    }

    private static func vgg(_ name: String, _ convolutions: [Int], norm: Bool) -> Architecture {
        Architecture(name, "Simonyan & Zisserman 2015, table 1") {
            try VGGTable(convolutions: convolutions, norm: norm).graph(classes: $0, size: $1)
        }
    }
}

extension Architecture: Hashable, CaseIterable, Codable {
    package static func == (a: Architecture, b: Architecture) -> Bool { a.rawValue == b.rawValue }
    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try .named(container.decode(String.self))
        } catch let error as NetworkError {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: error.description)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
