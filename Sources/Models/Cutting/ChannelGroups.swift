/// Channels that are alike: each can be cut on its own, together with everything that moves with it.
package struct ChannelGroup: Sendable, Equatable {
    /// Entries of one parameter along one dimension.
    package struct Slice: Sendable, Hashable {
        package let parameter: String
        package let dim: Int
        package let entries: [Int]
    }

    /// The first parameter of the group, for messages and `--ignore`.
    package let name: String
    /// For each channel, all that must go together.
    package let channels: [[Slice]]
    /// Whether cutting a channel is the same as setting its numbers to zero. Not so where a layer norm
    /// averages over the channels.
    package let isExact: Bool

    /// Every parameter that loses entries when a channel of the group goes.
    package var parameters: Set<String> { Set(channels.joined().map(\.parameter)) }
}

/// The channel groups of a graph, from the coupling rules of its operators alone.
package struct ChannelGroups {
    package let graph: Graph
    package let groups: [ChannelGroup]
    /// The channel that each label belongs to.
    let channels: [Int32: (group: Int, channel: Int)]
    let coupling: Coupling
    let shapes: [String: Shape]

    /// Follows the channels through the graph.
    package init(_ graph: Graph, height: Int? = nil, width: Int? = nil) throws {
        self.graph = graph
        let batch = graph.fixedBatch ?? 2
        shapes = try graph.shapes(batch: batch, height: height, width: width)
        var coupling = Coupling(graph, shapes: shapes)
        for node in graph.nodes { try Operator.of(node).couple(node, &coupling) }
        for name in graph.outputs { coupling.fix(try coupling.labels(name).ids) }
        coupling.straighten(graph)
        self.coupling = coupling
        (groups, channels) = Self.groups(graph, coupling)
    }

    /// Channels with the same parameters and dimensions are one group.
    private static func groups(
        _ graph: Graph, _ coupling: Coupling
    ) -> ([ChannelGroup], [Int32: (group: Int, channel: Int)]) {
        var slices: [Int32: [ChannelGroup.Slice]] = [:]
        var order: [Int32] = []
        for parameter in graph.parameters {
            for (dim, ids) in coupling.lines(parameter.name) {
                let byChannel = Dictionary(grouping: ids.indices) { coupling.root(ids[$0]) }
                for id in Set(ids.map { coupling.root($0) }).sorted() where id > Labels.fixed {
                    if slices[id] == nil { order.append(id) }
                    slices[id, default: []].append(
                        ChannelGroup.Slice(
                            parameter: parameter.name, dim: dim, entries: byChannel[id] ?? []))
                }
            }
        }
        var kinds: [[String]: Int] = [:]
        var members: [[Int32]] = []
        for id in order {
            let key = (slices[id] ?? []).map { "\($0.parameter)/\($0.dim)/\($0.entries.count)" }
            let group = kinds[key] ?? members.count
            if group == members.count {
                kinds[key] = group
                members.append([])
            }
            members[group].append(id)
        }
        let averaged = Set(coupling.averaged.map { coupling.root($0) })
        var channels: [Int32: (group: Int, channel: Int)] = [:]
        let groups = members.enumerated().map { group, ids in
            for (channel, id) in ids.enumerated() { channels[id] = (group, channel) }
            let all = ids.map { slices[$0] ?? [] }
            return ChannelGroup(
                name: all[0].first?.parameter ?? "", channels: all,
                isExact: averaged.isDisjoint(with: ids))
        }
        return (groups, channels)
    }
}

extension Coupling {
    /// The labels of a parameter along each dimension that has any.
    func lines(_ name: String) -> [(dim: Int, ids: [Int32])] {
        var lines = (axes[name] ?? [:]).map { (dim: $0.key, ids: $0.value) }
        if let labels = values[name] {
            for dim in labels.compact({ root($0) }).dims
            where !lines.contains(where: { $0.dim == dim }) {
                lines.append((dim, line(labels, dim)))
            }
        }
        return lines.sorted { $0.dim < $1.dim }
    }

    /// The label of each entry along a dimension; fixed where an entry holds several channels.
    func line(_ labels: Labels, _ dim: Int) -> [Int32] {
        let inner = labels.shape[(dim + 1)...].reduce(1, *)
        let size = labels.shape[dim]
        var line = (0..<size).map { root(labels.ids[$0 * inner]) }
        for (place, id) in labels.ids.enumerated() where root(id) != line[place / inner % size] {
            line[place / inner % size] = Labels.fixed
        }
        return line
    }

    /// Joins labels until every tensor can be cut along whole rows or columns.
    ///
    /// Where labels lie over two dimensions (a channel shuffle's [groups, channels], heads of
    /// [heads, width]), rows that are already one channel go as rows; else columns are joined.
    mutating func straighten(_ graph: Graph) {
        let names = graph.parameters.map(\.name) + graph.nodes.flatMap(\.outputs)
        var changed = true
        while changed {
            changed = false
            for name in names {
                guard let labels = values[name]?.compact({ root($0) }), labels.dims.count > 1,
                    let last = labels.dims.last, !labels.isEmpty
                else { continue }
                let dim = labels.dims.first { isStraight(labels, along: $0) } ?? last
                if isStraight(labels, along: dim) { continue }
                let inner = labels.shape[(dim + 1)...].reduce(1, *)
                for (place, id) in labels.ids.enumerated() {
                    join(id, labels.ids[place / inner % labels.shape[dim] * inner])
                }
                changed = true
            }
        }
    }

    /// Whether each entry along the dimension is one channel.
    private func isStraight(_ labels: Labels, along dim: Int) -> Bool {
        let inner = labels.shape[(dim + 1)...].reduce(1, *)
        return labels.ids.enumerated().allSatisfy { place, id in
            root(id) == root(labels.ids[place / inner % labels.shape[dim] * inner])
        }
    }
}
