import Torch

/// A model without its silent channels, and what went.
package struct Compacted {
    /// What became of one group of channels.
    package struct Layer: Sendable, Equatable, Codable {
        /// The first parameter that lost entries.
        package let name: String
        package let channels: Int
        package fileprivate(set) var removed: Int
        /// Channels that stay because they meet zero padding as a constant.
        package fileprivate(set) var bordered: Int

        package init(_ name: String, channels: Int) {
            (self.name, self.channels, removed, bordered) = (name, channels, 0, 0)
        }
    }

    package private(set) var model: Model
    /// Groups that lost channels, or would have without padding, in the network's order.
    package private(set) var layers: [Layer] = []
    /// Of every parameter that was cut: the entries that stayed, by dimension.
    package private(set) var kept: [String: [Int: [Int]]] = [:]

    /// Takes out every channel that is silent, until none is: when a filter has gone, what only it read is
    /// silent too.
    ///
    /// The outputs in evaluation stay as they are, but for rounding, unless `options.borders`.
    /// - Throws: `NetworkError` for names that are not there.
    package init(
        _ model: Model, _ options: CuttingOptions = CuttingOptions(), height: Int? = nil,
        width: Int? = nil
    ) throws {
        self.model = model
        while true {
            let groups = try ChannelGroups(self.model.graph, height: height, width: width)
            let found = try SilentChannels(
                self.model, groups, borders: options.borders, height: height, width: width)
            let selection = try groups.limited(found.silent, by: options)
            let constants = found.constants.filter {
                selection[$0.channel.group]?.contains($0.channel.channel) ?? false
            }
            if selection.isEmpty || selection.values.allSatisfy(\.isEmpty) {
                note(groups, found.bordered, removed: false)
                return
            }
            if constants.isEmpty {
                try cut(groups, selection)
            } else {
                self.model.state = StateDictionary(self.model.state.entries)
                try self.model.fold(constants)
            }
        }
    }

    private mutating func cut(_ groups: ChannelGroups, _ selection: Cut.Selection) throws {
        let cut = try Cut(groups, removing: selection)
        for parameter in model.graph.parameters {
            for (dim, entries) in cut.kept(of: parameter.name) ?? [:] {
                let before = kept[parameter.name]?[dim]
                kept[parameter.name, default: [:]][dim] = entries.map { before?[$0] ?? $0 }
            }
        }
        note(groups, selection, removed: true)
        model = try groups.cut(model, removing: selection)
    }

    /// Adds to what is told of each group.
    private mutating func note(_ groups: ChannelGroups, _ some: Cut.Selection, removed: Bool) {
        for (index, channels) in some.sorted(by: { $0.key < $1.key }) where !channels.isEmpty {
            let group = groups.groups[index]
            let place = layers.firstIndex { $0.name == group.name } ?? layers.count
            if place == layers.count {
                layers.append(Layer(group.name, channels: group.channels.count))
            }
            if removed {
                layers[place].removed += channels.count
            } else {
                layers[place].bordered = channels.count
            }
        }
    }
}

extension Model {
    /// The largest difference of the scores that two models give to the same pictures, and the largest
    /// score: what a cut that is not exact has changed.
    package func difference(
        from other: Model, on pictures: Tensor
    ) throws -> (largest: Float, of: Float) {
        try noGrad {
            let (a, b): ([Float], [Float]) = (
                try Executor(self).forward(pictures, training: false).values(),
                try Executor(other).forward(pictures, training: false).values()
            )
            let largest = zip(a, b).map { abs($0 - $1) }.max() ?? 0
            return (largest, b.map(abs).max() ?? 0)
        }
    }
}
