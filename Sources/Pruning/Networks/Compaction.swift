import Models
import Torch

/// A network with its silent channels physically taken out: smaller and faster, with the same outputs.
///
/// Which channels are silent, and what goes with them, follows from the graph (`Compacted`). The outputs are
/// the same in evaluation; in training too where the masks hold the batch norm of a removed filter at zero, as
/// distinctiveness makes them.
package struct Compaction {
    /// What became of one group of channels.
    package struct Layer: Sendable, Equatable, Codable {
        /// The group's first parameter.
        package let name: String
        /// Channels before.
        package let channels: Int
        package let removed: Int
        /// Why channels with a filter of zeros stay; nil when none does.
        package let note: String?
    }

    /// The smaller network with its masks, in new memory.
    package let model: Model
    /// Every group that lost channels, or has filters of zeros that stay.
    package let layers: [Layer]
    /// Of every parameter that was cut: the entries that stayed, by dimension.
    package let kept: [String: [Int: [Int]]]

    /// Takes the silent channels out of a network.
    ///
    /// - Throws: `PruningError` when the weights break the masks, `NetworkError` for names to ignore that are
    ///   not there, or shapes that do not fit together.
    package init(_ model: Model, options: CuttingOptions = CuttingOptions()) throws {
        if let violation = try model.pruningMasks()?.violations(in: model.state).first {
            throw PruningError("the network does not keep its masks: \(violation)")
        }
        var own = model
        own.state = try model.state.copied()
        let found = try Compacted(own, options)
        self.model = found.model
        kept = found.kept
        layers = try Self.layers(found, options)
    }

    private static func layers(_ found: Compacted, _ options: CuttingOptions) throws -> [Layer] {
        let groups = try ChannelGroups(found.model.graph).groups
        let stay = try Dictionary(
            groups.map { ($0.name, try zeros($0, found.model)) }, uniquingKeysWith: +)
        var layers = found.layers.map { layer in
            Layer(
                name: layer.name, channels: layer.channels, removed: layer.removed,
                note: note(layer, stay: stay[layer.name] ?? 0, options))
        }
        for group in groups where (stay[group.name] ?? 0) > 0 {
            if layers.contains(where: { $0.name == group.name }) { continue }
            let layer = Compacted.Layer(group.name, channels: group.channels.count)
            layers.append(
                Layer(
                    name: group.name, channels: group.channels.count, removed: 0,
                    note: note(layer, stay: stay[group.name] ?? 0, options)))
        }
        return layers
    }

    private static func note(
        _ layer: Compacted.Layer, stay: Int, _ options: CuttingOptions
    ) -> String? {
        var notes: [String] = []
        if layer.bordered > 0 {
            notes.append("\(layer.bordered) put out a constant that zero padding meets")
        }
        if stay > layer.bordered {
            let why =
                options == CuttingOptions()
                ? "not silent in every layer that they are summed over"
                : "not silent, or to be left alone"
            notes.append("\(stay - layer.bordered) with a filter of zeros stay: \(why)")
        }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }

    /// Channels of which a convolution's or linear layer's filter is all zero.
    private static func zeros(_ group: ChannelGroup, _ model: Model) throws -> Int {
        var rows: [String: [Bool]] = [:]
        for name in group.parameters {
            let weight = try model.state.require(name)
            guard weight.rank >= 2, weight.dtype == .float32 else { continue }
            rows[name] = try noGrad {
                try weight.detached().abs().reduced(
                    .maximum, over: Array(1..<weight.rank), keepDim: false
                ).values(Float.self).map { $0 == 0 }
            }
        }
        return group.channels.count { slices in
            slices.contains { slice in
                slice.dim == 0 && slice.entries.contains { rows[slice.parameter]?[$0] ?? false }
            }
        }
    }
}
