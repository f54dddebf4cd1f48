import Torch

/// A network with channels taken out: what is left of every tensor, and the smaller model.
package struct Cut {
    private let shapes: [String: Shape]
    private let entries: [String: [Int: [Int]]]

    /// Which channels go: group, then channel.
    package typealias Selection = [Int: Set<Int>]

    /// Works out what is left along every dimension.
    package init(_ groups: ChannelGroups, removing selection: Selection) throws {
        shapes = groups.shapes
        func goes(_ id: Int32) -> Bool {
            guard let place = groups.channels[groups.coupling.root(id)] else { return false }
            return selection[place.group]?.contains(place.channel) ?? false
        }
        var entries: [String: [Int: [Int]]] = [:]
        for name in groups.graph.parameters.map(\.name) + groups.graph.nodes.flatMap(\.outputs) {
            for (dim, ids) in groups.coupling.lines(name) where ids.contains(where: goes) {
                entries[name, default: [:]][dim] = ids.indices.filter { !goes(ids[$0]) }
            }
        }
        self.entries = entries
        if let empty = entries.first(where: { $0.value.contains { $0.value.isEmpty } }) {
            throw NetworkError("'\(empty.key)' would lose all its channels: leave one")
        }
    }

    /// Entries that stay along one dimension.
    func kept(_ name: String, _ dim: Int) -> [Int] {
        entries[name]?[dim] ?? Array(0..<(shapes[name]?[dim] ?? 0))
    }

    func old(_ name: String) -> Shape { shapes[name] ?? [] }

    func new(_ name: String) -> Shape {
        old(name).indices.map { entries[name]?[$0]?.count ?? old(name)[$0] }
    }

    /// The entries of a parameter that stay, by dimension; nil when all do.
    package func kept(of parameter: String) -> [Int: [Int]]? { entries[parameter] }

    /// What stays of a parameter's tensor, in new memory.
    func left(of parameter: String, _ tensor: Tensor) throws -> Tensor {
        try noGrad {
            var left = try tensor.detached().clone()
            for (dim, kept) in (entries[parameter] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let places = try Tensor(kept.map(Int64.init), [kept.count]).to(device: left.device)
                left = try left.indexSelect(dim: dim, places)
            }
            return left.rank == 4 ? try left.channelsLast() : left
        }
    }
}

extension ChannelGroups {
    /// The model without the selected channels, in new memory.
    ///
    /// - Throws: `NetworkError` when a layer would be empty.
    package func cut(_ model: Model, removing selection: Cut.Selection) throws -> Model {
        let cut = try Cut(self, removing: selection)
        let graph = try left(of: model.graph, cut)
        var (state, masks) = (StateDictionary(), StateDictionary())
        for name in graph.parameters.map(\.name) {
            state[name] = try cut.left(of: name, model.state.require(name))
            masks[name] = try model.masks[name].map { try cut.left(of: name, $0) }
        }
        return try Model(
            graph, state, classes: model.classes, masks: masks, metadata: model.metadata)
    }

    /// What a cut leaves of the graph.
    func left(of graph: Graph, _ cut: Cut) throws -> Graph {
        var graph = graph
        for index in graph.nodes.indices {
            let operation = try Operator.of(graph.nodes[index])
            try operation.cut(&graph.nodes[index], cut)
        }
        for index in graph.parameters.indices {
            graph.parameters[index].shape = cut.new(graph.parameters[index].name)
        }
        try check(graph, cut)
        return graph
    }

    /// The model with the selected channels' numbers set to zero: what cutting them must equal.
    package func masked(_ model: Model, removing selection: Cut.Selection) throws -> Model {
        try masked(model, removing: selection) { _ in true }
    }

    /// The same for some of their numbers only.
    func masked(
        _ model: Model, removing selection: Cut.Selection,
        where chosen: (ChannelGroup.Slice) -> Bool
    ) throws -> Model {
        var gone: [String: [Int: [Int]]] = [:]
        for (group, channels) in selection {
            for slice in channels.flatMap({ groups[group].channels[$0] }) where chosen(slice) {
                gone[slice.parameter, default: [:]][slice.dim, default: []] += slice.entries
            }
        }
        var state = try model.state.copied()
        for (name, dims) in gone {
            for (dim, entries) in dims {
                let tensor = try state.require(name)
                var shape = [Int](repeating: 1, count: tensor.rank)
                shape[dim] = tensor.shape[dim]
                var factor = [Float](repeating: 1, count: shape[dim])
                for entry in entries { factor[entry] = 0 }
                state[name] = try noGrad {
                    try tensor * Tensor(factor, shape).to(dtype: tensor.dtype)
                }
            }
        }
        return try model.with(state)
    }

    /// Shapes of the smaller graph must be those that the labels say.
    private func check(_ graph: Graph, _ cut: Cut) throws {
        let batch = shapes[graph.input.name]?.first ?? 2
        let sides = shapes[graph.input.name]?.suffix(2).map { $0 } ?? []
        let found = try graph.shapes(batch: batch, height: sides.first, width: sides.last)
        for node in graph.nodes {
            for name in node.outputs where !name.isEmpty && found[name] != cut.new(name) {
                throw node.problem(
                    "cut, it gives \(found[name] ?? []) where \(cut.new(name)) was expected")
            }
        }
    }
}
