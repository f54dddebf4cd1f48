import Networks
import Torch

/// A network with its silent filters physically taken out: smaller and faster, with the same
/// outputs.
///
/// A filter is silent when its weights are all zero and what its batch norm then puts out,
/// `c = bias - mean * weight / sqrt(var + 1e-5)`, is not positive: the ReLU makes it 0, and nothing
/// that reads it changes. Where c > 0 the filter puts out a constant, which zero padding keeps from
/// being folded into the next layer exactly; it stays and is reported. Only filters inside a block
/// are taken out: those of the stem, of a block's last convolution and of its shortcut are channels
/// of the residual sum, whose width is fixed.
///
/// The outputs are the same in evaluation; in training too where the masks hold the batch norm of a
/// removed filter at zero, as distinctiveness makes them.
package struct Compaction {
    /// What became of one convolution that has filters of zeros.
    package struct Layer: Sendable, Equatable, Codable {
        /// The weight's name.
        package let name: String
        /// Filters before.
        package let filters: Int
        /// Filters whose weights are all zero.
        package let zero: Int
        /// Those taken out, in order.
        package let removed: [Int]
        /// Why the others stay; nil when none does.
        package let note: String?
    }

    /// The smaller network's tensors, in new memory.
    package let state: StateDictionary
    /// The masks of the smaller network, for further training.
    package let masks: Masks?
    /// Every convolution with filters of zeros.
    package let layers: [Layer]

    /// Takes the silent filters out of a network.
    ///
    /// - Parameter masks: the network's masks, if it has any; they are cut to the same size.
    /// - Throws: `PruningError` when shapes do not fit together, or the weights break the masks.
    package init(
        _ architecture: Architecture, _ state: StateDictionary, masks: Masks? = nil
    ) throws {
        if let violation = try masks?.violations(in: state).first {
            throw PruningError("the network does not keep its masks: \(violation)")
        }
        var cut = CompactionCut(
            state: try state.copied(),
            masks: Dictionary(uniqueKeysWithValues: (masks?.layers ?? []).map { ($0.name, $0) }))
        layers = try ([[architecture.stem]] + architecture.blockSites).joined().compactMap {
            try cut.convolution($0)
        }
        self.state = cut.state
        self.masks = try masks.map { original in
            try Masks(original.layers.compactMap { cut.masks[$0.name] })
        }
    }
}

/// The network and its masks while filters are taken out.
struct CompactionCut {
    var state: StateDictionary
    var masks: [String: LayerMask]

    /// Takes the silent filters of one convolution out; nil when no filter is zero.
    mutating func convolution(_ site: ConvolutionSite) throws -> Compaction.Layer? {
        let channels = try FilterChannels(site, in: state)
        let zero = channels.zero
        guard !zero.isEmpty else { return nil }
        guard case .inner(let next) = site.position else {
            return report(channels, removed: [], "their number is the residual sum's width")
        }
        let silent = channels.silent
        // A convolution without filters is no network: the first stays.
        let removed = silent.count == channels.filters ? Array(silent.dropFirst()) : silent
        try remove(removed, site, filters: channels.filters, next: next)
        let constant = zero.count - silent.count
        let note = [
            constant > 0 ? "\(constant) put out a constant through their batch norm" : nil,
            removed.count < silent.count ? "one stays so that the layer keeps a filter" : nil,
        ].compactMap { $0 }.joined(separator: "; ")
        return report(channels, removed: removed, note.isEmpty ? nil : note)
    }

    private func report(
        _ channels: FilterChannels, removed: [Int], _ note: String?
    ) -> Compaction.Layer {
        Compaction.Layer(
            name: channels.name, filters: channels.filters, zero: channels.zero.count,
            removed: removed, note: note)
    }

    private mutating func remove(
        _ removed: [Int], _ site: ConvolutionSite, filters: Int, next: String
    ) throws {
        let reader = try state.require(next).shape
        guard reader.count == 4, reader[1] == filters else {
            throw PruningError("'\(next)' is \(reader), but \(filters) filters feed it")
        }
        guard !removed.isEmpty else { return }
        let gone = Set(removed)
        let stay = (0..<filters).filter { !gone.contains($0) }
        try narrow(site.weight, dim: 0, to: stay)
        try narrow(next, dim: 1, to: stay)
        for part in FilterChannels.normParts {
            try narrow("\(site.norm).\(part)", dim: 0, to: stay)
        }
    }

    private mutating func narrow(_ name: String, dim: Int, to stay: [Int]) throws {
        let tensor = try state.require(name)
        let index = try Tensor(stay.map(Int64.init), [stay.count]).to(device: tensor.device)
        state[name] = try noGrad { try tensor.indexSelect(dim: dim, index) }
        masks[name] = try masks[name]?.selecting(stay, dim: dim)
    }
}
