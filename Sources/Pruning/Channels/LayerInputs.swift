import Core
import Models
import Torch

/// Pictures as one batch, and what every layer of the unpruned network that adds up over channels reads of
/// them, at places drawn once.
///
/// From these vectors follow, for any choice of channels, how well those that stay predict the others.
package final class LayerInputs {
    /// [N, 3, H, W].
    let pictures: Tensor
    /// The layers, in the network's order.
    let readers: [InputPlaces]
    /// What each layer reads, [places, channels], float32, by the layer's node.
    private let inputs: [Int: Tensor]
    /// Mean and standard deviation of what each convolution or product puts out, by channel and node.
    let outputs: [Int: OutputMoments]

    /// Places for each channel that a layer reads, so that products are well known; fewer where there are
    /// fewer.
    private static let placesPerChannel = 8
    private static let fewestPlaces = 4096
    /// Pictures, where the largest value that the network makes of them takes at most this many bytes.
    private static let bytes = 512 << 20
    private static let picturesWanted = 128...512

    init(_ model: Model, _ groups: ChannelGroups, _ sample: SamplePictures) throws {
        let pictures = try Self.together(sample, limit: Self.limit(model))
        let found = try groups.readers().compactMap { try InputPlaces($0, groups) }
        readers = found
        let watched = Dictionary(grouping: found, by: \.reader.input)
        let writers = try OutputPlace.all(model.graph)
        var inputs: [Int: Tensor] = [:]
        var outputs: [Int: OutputMoments] = [:]
        let executor = try Executor(model)
        try noGrad {
            _ = try executor.run(pictures, training: false) { name, value in
                for place in watched[name] ?? [] {
                    inputs[place.reader.node] = try place.sample(value)
                }
                if let writer = writers[name] {
                    outputs[writer.node] = try OutputMoments(value, dim: writer.dim)
                }
            }
        }
        (self.pictures, self.inputs, self.outputs) = (pictures, inputs, outputs)
    }

    /// What a layer reads, [places, channels].
    func input(_ node: Int) throws -> Tensor {
        guard let found = inputs[node] else {
            throw PruningError("what node \(node) reads was not seen")
        }
        return found
    }

    /// Products of what a layer reads, [channels, channels], over the number of places: G = E[x x^T].
    func gram(_ node: Int) throws -> Tensor {
        let x = try input(node)
        return try noGrad {
            let rows = try x.to(dtype: .float64)
            return try rows.transposed(0, 1).matmul(rows) * (1 / Double(max(1, rows.shape[0])))
        }
    }

    private static func limit(_ model: Model) throws -> Int {
        let shapes = try model.graph.shapes(batch: model.graph.fixedBatch ?? 1)
        let largest =
            shapes.filter { name, _ in model.state[name] == nil }
            .map { $0.value.reduce(4, *) }.max() ?? 1
        return min(
            max(bytes / max(1, largest), picturesWanted.lowerBound), picturesWanted.upperBound)
    }

    private static func together(_ sample: SamplePictures, limit: Int) throws -> Tensor {
        var parts: [Tensor] = []
        var count = 0
        try sample.forEachBatch { batch, _ in
            guard count < limit else { return }
            let own = try batch.narrow(dim: 0, start: 0, length: min(batch.shape[0], limit - count))
            parts.append(try own.clone())
            count += own.shape[0]
        }
        guard count > 0 else {
            throw PruningError("no pictures were given to look at: at least one is needed")
        }
        return try Tensor.cat(parts)
    }

    /// How many places are drawn for a layer that reads so many channels.
    static func places(_ channels: Int) -> Int { max(fewestPlaces, placesPerChannel * channels) }
}

/// A layer and the places at which its input is looked at.
struct InputPlaces {
    let reader: ChannelReader
    /// Channels of the input, and entries of each behind one another (a picture flattened: height x width).
    let channels: [(group: Int, channel: Int)?]
    let entries: Int

    /// Entries are looked at one by one, up to this many: a picture that was flattened has more.
    private static let mostApart = 4096

    /// nil where there are many entries and those of a channel do not lie together.
    init?(_ reader: ChannelReader, _ groups: ChannelGroups) throws {
        let all = reader.channels
        let entries = all.count <= Self.mostApart || reader.dim == 1 ? 1 : Self.run(all)
        guard entries > 0, all.count % entries == 0 else { return nil }
        self.reader = reader
        self.entries = entries
        channels = stride(from: 0, to: all.count, by: entries).map { all[$0] }
    }

    /// How many neighbouring entries belong to the same channel everywhere; 0 where that differs.
    private static func run(_ all: [(group: Int, channel: Int)?]) -> Int {
        guard let first = all.first else { return 0 }
        guard let first else { return 1 }
        var run = 0
        while run < all.count, let one = all[run], one == first { run += 1 }
        guard all.count % run == 0 else { return 1 }
        for start in stride(from: 0, to: all.count, by: run) {
            let own = all[start]
            for place in start..<(start + run) {
                switch (own, all[place]) {
                case (nil, nil): continue
                case (let a?, let b?) where a == b: continue
                default: return run == 1 ? 1 : 0
                }
            }
        }
        return run
    }

    /// The input [places, channels] at the places that are drawn for this layer.
    ///
    /// - Parameter value: [N, C, H, W], or [..., C x entries].
    func sample(_ value: Tensor) throws -> Tensor {
        var rows = try value.detached()
        if rows.rank == 4 && reader.dim == 1 {
            rows = try rows.permuted([0, 2, 3, 1])
            rows = try rows.contiguous().reshaped([-1, value.shape[1]])
        } else {
            let width = value.shape[value.rank - 1]
            rows = try rows.contiguous().reshaped([-1, width / entries, entries])
            rows = try rows.transposed(1, 2).contiguous().reshaped([-1, width / entries])
        }
        let (count, wanted) = (rows.shape[0], LayerInputs.places(channels.count))
        guard count > wanted else { return try rows.clone() }
        var generator = SplitMix64(seed: 0, name: reader.weight)
        // One of each stretch: ascending, spread over all pictures.
        let chosen = (0..<wanted).map { place -> Int64 in
            let (low, high) = (place * count / wanted, (place + 1) * count / wanted)
            return Int64(low + generator.index(below: max(1, high - low)))
        }
        return try rows.indexSelect(dim: 0, Tensor(chosen, [wanted]))
    }
}

/// Which node writes a value whose channels' mean and spread are looked at, and along which dimension they lie.
struct OutputPlace {
    let node: Int
    let dim: Int

    /// Of every convolution and product by a parameter, by the value's name.
    static func all(_ graph: Graph) throws -> [String: OutputPlace] {
        let parameters = Set(graph.parameters.map(\.name))
        var found: [String: OutputPlace] = [:]
        for (index, node) in graph.nodes.enumerated()
        where ["Conv", "Gemm", "MatMul"].contains(node.type) && parameters.contains(node.inputs[1])
        {
            found[node.outputs[0]] = OutputPlace(node: index, dim: node.type == "Conv" ? 1 : -1)
        }
        return found
    }
}

/// Mean and standard deviation of a value's channels.
struct OutputMoments {
    let means: [Double]
    let deviations: [Double]
    /// Numbers of each channel.
    let count: Int

    init(_ value: Tensor, dim: Int) throws {
        let place = dim < 0 ? value.rank + dim : dim
        let others = (0..<value.rank).filter { $0 != place }
        let mean = try value.reduced(.mean, over: others, keepDim: true)
        let off = try value - mean
        let squares = try (off * off).reduced(.mean, over: others, keepDim: false)
        means = try mean.reshaped([-1]).values(Float.self).map(Double.init)
        deviations = try squares.values(Float.self).map { Double(max(0, $0)).squareRoot() }
        count = value.count / max(1, means.count)
    }
}
