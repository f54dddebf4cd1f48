/// A convolution or product that adds up over channels: it reads them along one dimension of its weight.
package struct ChannelReader: Sendable {
    /// Place in the graph's nodes.
    package let node: Int
    /// The value that it reads.
    package let input: String
    package let weight: String
    /// The weight's dimension that is the input's.
    package let inner: Int
    /// The input's dimension that has the channels: 1 of a picture's, else the last (-1).
    package let dim: Int
    /// For each entry of the input, its channel; nil where it belongs to none that can go.
    package let channels: [(group: Int, channel: Int)?]
}

/// A convolution or product that gives channels: each is some rows of its weight.
package struct ChannelWriter: Sendable {
    package let node: Int
    /// The value that it writes.
    package let output: String
    package let weight: String
    /// The weight's dimension that is the output's.
    package let outer: Int
    /// The output's dimension that has the channels: 1 of a picture's, else the last (-1).
    package let dim: Int
    /// For each channel of the group, its entries along `outer`.
    package let entries: [[Int]]
}

extension ChannelGroups {
    /// Every layer that reads channels, in the network's order. Those that read each channel for itself
    /// (depthwise), or parts of them (grouped convolutions), are none.
    package func readers() throws -> [ChannelReader] {
        try layers().compactMap { index, node in
            let place = try WeightDims(node)
            guard let shape = shapes[node.inputs[0]] else { return nil }
            let count = shape[place.channels(rank: shape.count)]
            let ids = coupling.lines(node.inputs[1]).first { $0.dim == place.inner }?.ids ?? []
            guard ids.count == count else { return nil }
            return ChannelReader(
                node: index, input: node.inputs[0], weight: node.inputs[1], inner: place.inner,
                dim: node.isPicture ? 1 : -1, channels: ids.map { channels[coupling.root($0)] })
        }
    }

    /// Every layer that writes channels of a group, in the network's order.
    package func writers(of group: Int) throws -> [ChannelWriter] {
        let all = groups[group].channels
        var entries: [String: [Int: [[Int]]]] = [:]
        for (channel, slices) in all.enumerated() {
            for slice in slices {
                let none = [[Int]](repeating: [], count: all.count)
                entries[slice.parameter, default: [:]][slice.dim, default: none][channel] +=
                    slice.entries
            }
        }
        return try layers().compactMap { index, node in
            let outer = try WeightDims(node).inner == 0 ? 1 : 0
            guard let found = entries[node.inputs[1]]?[outer] else { return nil }
            return ChannelWriter(
                node: index, output: node.outputs[0], weight: node.inputs[1], outer: outer,
                dim: node.isPicture ? 1 : -1, entries: found)
        }
    }

    /// Convolutions and products by a parameter, by their places in the graph.
    private func layers() throws -> [(index: Int, node: Node)] {
        try graph.nodes.enumerated().filter { _, node in
            try Operator.of(node).flow == .products && coupling.isParameter(node.inputs[1])
        }.map { ($0.offset, $0.element) }
    }

    /// The graph of the network without the selected channels, whose numbers are not looked at: enough for
    /// its costs.
    package func cutGraph(removing selection: Cut.Selection) throws -> Graph {
        try left(of: graph, Cut(self, removing: selection))
    }
}

extension Node {
    fileprivate var isPicture: Bool { type.hasPrefix("Conv") }
}
