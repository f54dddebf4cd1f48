import Models
import Torch

/// What goes is taken over by the most alike channel that stays (Gedeon & Harris 1991 on channels; Srinivas &
/// Babu 2015): the layers after read it in the place of the other.
struct Merging {
    private let removal: Removal
    private let model: Model
    private let groups: ChannelGroups
    /// Of each group that loses channels: for each that goes, the one that stays and takes it over.
    private let partners: [Int: [Int: Int]]

    init(
        _ removal: Removal, _ model: Model, _ groups: ChannelGroups, _ shared: [SharedChannels],
        _ selection: Cut.Selection
    ) throws {
        (self.removal, self.model, self.groups) = (removal, model, groups)
        var partners: [Int: [Int: Int]] = [:]
        for one in shared where [.merge, .mergeScaled, .fold].contains(removal) {
            if let gone = selection[one.group], !gone.isEmpty {
                partners[one.group] = try Self.partners(one, gone)
            }
        }
        self.partners = partners
    }

    /// For each channel that goes, the one that stays whose weights point most where its do.
    private static func partners(_ one: SharedChannels, _ gone: Set<Int>) throws -> [Int: Int] {
        let products = try one.weightProducts()
        let count = one.count
        let kept = (0..<count).filter { !gone.contains($0) }
        func cosine(_ i: Int, _ j: Int) -> Double {
            let lengths = products[i * count + i] * products[j * count + j]
            return lengths > 0 ? products[i * count + j] / lengths.squareRoot() : -2
        }
        var found: [Int: Int] = [:]
        for channel in gone {
            let best = kept.max { cosine(channel, $0) < cosine(channel, $1) }
            if let best, cosine(channel, best) > -2 { found[channel] = best }
        }
        return found
    }

    /// With removal fold every channel that stays becomes the mean of its cluster, in all that gives it:
    /// filters, biases, batch norms. Else the network itself.
    func averaged() throws -> Model {
        guard removal == .fold else { return model }
        let readers = try groups.readers()
        let result = try model.with(model.state.copied())
        for (group, own) in partners.sorted(by: { $0.key < $1.key }) {
            let clusters = Dictionary(grouping: own.keys.sorted()) { own[$0] ?? 0 }
            let channels = groups.groups[group].channels
            for (stays, others) in clusters.sorted(by: { $0.key < $1.key }) {
                for (place, slice) in channels[stays].enumerated() {
                    let isRead = readers.contains {
                        $0.weight == slice.parameter && $0.inner == slice.dim
                    }
                    if isRead { continue }
                    let all = [slice] + others.map { channels[$0][place] }
                    try Self.average(result.state.require(slice.parameter), all)
                }
            }
        }
        return result
    }

    /// Sets the entries of the first slice to the mean over all of them.
    private static func average(_ tensor: Tensor, _ slices: [ChannelGroup.Slice]) throws {
        guard tensor.dtype == .float32, let first = slices.first else { return }
        let (dim, shape) = (first.dim, tensor.shape)
        let inner = shape[(dim + 1)...].reduce(1, *)
        let outer = shape[..<dim].reduce(1, *)
        var values = try tensor.detached().values(Float.self)
        for (place, entry) in first.entries.enumerated() {
            for a in 0..<outer {
                for b in 0..<inner {
                    func index(_ entry: Int) -> Int { (a * shape[dim] + entry) * inner + b }
                    let sum = slices.reduce(0) { $0 + Double(values[index($1.entries[place])]) }
                    values[index(entry)] = Float(sum / Double(slices.count))
                }
            }
        }
        try noGrad { try tensor.copy_(Tensor(values, shape)) }
    }

    /// The network whose layers after read the channel that stays in the place of the one that goes: outgoing
    /// weights are added. Without merging, the network itself.
    func added(_ model: Model) throws -> Model {
        guard !partners.isEmpty else { return model }
        let result = try model.with(model.state.copied())
        let scales = removal == .mergeScaled ? try ChannelScales(model, groups) : nil
        for reader in try groups.readers() {
            var entries: [ChannelEntry: [Int]] = [:]
            for (entry, channel) in reader.channels.enumerated() {
                guard let channel else { continue }
                entries[ChannelEntry(channel), default: []].append(entry)
            }
            var moves: [(from: Int, to: Int, scale: Float)] = []
            for (from, own) in entries.sorted(by: { $0.value[0] < $1.value[0] }) {
                guard let to = partners[from.group]?[from.channel],
                    let target = entries[ChannelEntry((from.group, to))]
                else { continue }
                let scale = try scales?.ratio(from.group, from.channel, to) ?? 1
                moves += zip(own, target).map { ($0, $1, Float(scale)) }
            }
            if moves.isEmpty { continue }
            try Self.add(result.state.require(reader.weight), dim: reader.inner, moves)
        }
        return result
    }

    private struct ChannelEntry: Hashable {
        let group: Int
        let channel: Int

        init(_ channel: (group: Int, channel: Int)) {
            (group, self.channel) = (channel.group, channel.channel)
        }
    }

    private static func add(
        _ tensor: Tensor, dim: Int, _ moves: [(from: Int, to: Int, scale: Float)]
    ) throws {
        let shape = tensor.shape
        let inner = shape[(dim + 1)...].reduce(1, *)
        var values = try tensor.detached().values(Float.self)
        values.withUnsafeMutableBufferPointer { values in
            for a in 0..<shape[..<dim].reduce(1, *) {
                for move in moves {
                    let (from, to) = (
                        (a * shape[dim] + move.from) * inner, (a * shape[dim] + move.to) * inner
                    )
                    for b in 0..<inner { values[to + b] += move.scale * values[from + b] }
                }
            }
        }
        try noGrad { try tensor.copy_(Tensor(values, shape)) }
    }
}

/// How much larger one channel is than another: lengths of the filters, times what their batch norms make of
/// them (Kim et al. 2020, Neuron merging, section 3.4): |w_j| / |w_i| gamma_j / gamma_i sigma_i / sigma_j.
private struct ChannelScales {
    private struct Writer {
        let entries: [[Int]]
        let factors: [Double]
    }

    private var writers: [Int: [Writer]] = [:]

    init(_ model: Model, _ groups: ChannelGroups) throws {
        for group in groups.groups.indices {
            writers[group] = try groups.writers(of: group).map { writer in
                Writer(entries: writer.entries, factors: try Self.factors(writer, model))
            }
        }
    }

    private static func factors(_ writer: ChannelWriter, _ model: Model) throws -> [Double] {
        let weight = try model.state.require(writer.weight).detached()
        let others = (0..<weight.rank).filter { $0 != writer.outer }
        var factors = try (weight * weight).reduced(.sum, over: others, keepDim: false)
            .values(Float.self).map { Double($0).squareRoot() }
        let norm = model.graph.nodes.first {
            $0.type == "BatchNormalization" && $0.inputs.first == writer.output
        }
        guard let norm, norm.inputs.count > 4 else { return factors }
        let gamma = try model.state.require(norm.inputs[1]).values(Float.self)
        let variance = try model.state.require(norm.inputs[4]).values(Float.self)
        for entry in factors.indices {
            factors[entry] *= Double(gamma[entry]) / Double(variance[entry] + 1e-5).squareRoot()
        }
        return factors
    }

    /// Mean over the layers that give both; 0 where a channel would be turned round, which no scale mends.
    func ratio(_ group: Int, _ from: Int, _ to: Int) throws -> Double {
        var ratios: [Double] = []
        for writer in writers[group] ?? [] {
            for (a, b) in zip(writer.entries[from], writer.entries[to])
            where writer.factors[b] != 0 {
                ratios.append(writer.factors[a] / writer.factors[b])
            }
        }
        let mean = ratios.isEmpty ? 0 : ratios.reduce(0, +) / Double(ratios.count)
        return mean.isFinite ? max(0, mean) : 0
    }
}
