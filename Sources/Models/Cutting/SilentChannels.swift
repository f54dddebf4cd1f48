import Torch

/// Channels that can go without a trace: whatever reads them weighs them with zeros, or reads zeros, or
/// reads a constant that its bias can take over.
///
/// A channel is zero where its filter and its batch norm are (a mask's work), and constant where the
/// filter alone is. A constant in front of a padded convolution is none at the picture's edge, where the
/// padding's zeros are read instead; such channels are kept unless asked for (`borders`).
struct SilentChannels {
    /// A constant that a layer reads and shall have in its bias.
    struct Constant {
        let channel: (group: Int, channel: Int)
        /// The layer's node, and the entry of its input.
        let node: Int
        let entry: Int
        let value: Float
    }

    /// Channels that can go.
    private(set) var silent: Cut.Selection = [:]
    /// Channels that meet zero padding as a constant.
    private(set) var bordered: Cut.Selection = [:]
    /// What the biases must take over for those that go.
    private(set) var constants: [Constant] = []

    private let groups: ChannelGroups
    private var blocked: Cut.Selection = [:]

    /// Looks at every reader of every channel.
    ///
    /// - Parameter borders: whether constants may meet zero padding, which changes the outputs a little.
    init(
        _ model: Model, _ groups: ChannelGroups, borders: Bool = false, height: Int? = nil,
        width: Int? = nil
    ) throws {
        self.groups = groups
        let flow = try ConstantFlow(model, height: height, width: width)
        let wiring = Wiring(model.graph)
        for (index, node) in model.graph.nodes.enumerated() {
            guard try Operator.of(node).flow == .products else { continue }
            if groups.coupling.isParameter(node.inputs[1]) {
                guard let layer = try LayerReading(node, flow, groups) else { continue }
                let takes = try model.takesShift(index, wiring)
                read(layer, index, takesConstants: takes, borders: borders)
            } else {
                try meet(node, flow)
            }
        }
        for (index, group) in groups.groups.enumerated() where group.isExact {
            let kept = (blocked[index] ?? []).union(bordered[index] ?? [])
            silent[index] = Set(group.channels.indices).subtracting(kept)
        }
        for (group, channels) in bordered {
            bordered[group] = channels.subtracting(blocked[group] ?? [])
        }
    }

    private mutating func read(
        _ layer: LayerReading, _ node: Int, takesConstants: Bool, borders: Bool
    ) {
        for (entry, channel) in layer.channels.enumerated() {
            guard let channel, layer.isRead[entry] else { continue }
            switch layer.inputs[entry] {
            case .zero: continue
            case .constant(let value) where takesConstants && (borders || !layer.isPadded):
                constants.append(
                    Constant(channel: channel, node: node, entry: entry, value: value))
            case .constant where takesConstants:
                bordered[channel.group, default: []].insert(channel.channel)
            case .constant, .varying:
                blocked[channel.group, default: []].insert(channel.channel)
            }
        }
    }

    /// Two values multiplied: what is summed over is gone after it, so one of both must be zero there.
    private mutating func meet(_ node: Node, _ flow: ConstantFlow) throws {
        let coupling = groups.coupling
        let roots = { (ids: [Int32]) in Set(ids.map(coupling.root)) }
        let after = roots(coupling.values[node.outputs[0]]?.ids ?? [])
        var open: [Set<Int32>] = []
        for (place, name) in node.inputs.prefix(2).enumerated() {
            let dim = (groups.shapes[name]?.count ?? 0) - 1 - place
            let found = try ChannelFact.facts(flow(name), dim: dim)
            let ids = coupling.values[name].map { coupling.line($0, dim) } ?? []
            // A label over another dimension is a head's, which goes on behind the product.
            guard ids.count == found.count else { continue }
            open.append(roots(ids.indices.filter { found[$0] != .zero }.map { ids[$0] }))
        }
        guard let first = open.first else { return }
        let both = open.dropFirst().reduce(first) { $0.intersection($1) }
        for channel in both.subtracting(after).compactMap({ groups.channels[$0] }) {
            blocked[channel.group, default: []].insert(channel.channel)
        }
    }
}
