import Formats
import Torch

/// Mean and variance of each channel over batches of [N, C, H, W], one batch after the other.
struct ChannelStatistics {
    private(set) var mean: [Double] = []
    private var squares: [Double] = []
    private var count = 0.0

    /// Biased variance, as batch norm divides by.
    var variance: [Double] { squares.map { max(0, $0 / max(1, count)) } }

    /// Adds a batch (Chan, Golub & LeVeque 1983).
    mutating func add(_ batch: Tensor) throws {
        let dims = [0, 2, 3]
        let average = try batch.reduced(.mean, over: dims, keepDim: true)
        let off = try batch - average
        let spread = try (off * off).reduced(.sum, over: dims, keepDim: false).values(Float.self)
        let means = try average.values(Float.self)
        let more = Double(batch.count / max(1, means.count))
        if mean.isEmpty {
            mean = means.map { _ in 0 }
            squares = mean
        }
        for channel in mean.indices {
            let step = Double(means[channel]) - mean[channel]
            mean[channel] += step * more / (count + more)
            squares[channel] +=
                Double(spread[channel]) + step * step * count * more / (count + more)
        }
        count += more
    }
}

/// Puts batch norm back behind convolutions whose exporter has folded it away.
///
/// A network without batch norm trains badly from where it was left: the rates that suit it are others.
/// The statistics that were folded are lost, but those of the convolution's output on one's own data do:
/// with mean m and variance v of an output with bias b, the convolution loses its bias, the running mean is
/// m - b, the running variance v, the scale sqrt(v + eps) and the shift m, so that the output stays what
/// it was.
///
/// - Parameters:
///   - graph: the network; `graph.foldedNorms` says which convolutions get a batch norm.
///   - parameters: its tensors.
///   - batches: pictures, some hundred in all, as training sees them.
/// - Returns: the network with batch norms, in new memory where it differs.
/// - Throws: `NetworkError` without pictures.
package func restoreBatchNorm(
    _ graph: Graph, _ parameters: StateDictionary, _ batches: some Sequence<Tensor>
) throws -> Model {
    let places = graph.foldedNorms
    guard !places.isEmpty else { return try Model(graph, parameters) }
    let names = Set(places.map { graph.nodes[$0].outputs[0] })
    var statistics: [String: ChannelStatistics] = [:]
    let executor = try Executor(Model(graph, parameters))
    try noGrad {
        for batch in batches {
            try executor.run(batch, training: false) { name, value in
                if names.contains(name) { try statistics[name, default: .init()].add(value) }
            }
        }
    }
    guard !statistics.isEmpty else {
        throw NetworkError("no pictures to estimate the batch norms from; give at least one batch")
    }
    var restored = RestoredNorms(graph, parameters)
    // From the last on, so that the numbers of those before stay.
    for place in places.reversed() {
        if let found = statistics[graph.nodes[place].outputs[0]] {
            try restored.add(after: place, found)
        }
    }
    return try Model(restored.graph, restored.state)
}

private struct RestoredNorms {
    var graph: Graph
    var state: StateDictionary
    private let eps: Float = 1e-5

    init(_ graph: Graph, _ state: StateDictionary) {
        self.graph = graph
        self.state = StateDictionary(state.entries)
    }

    mutating func add(after place: Int, _ found: ChannelStatistics) throws {
        let conv = graph.nodes[place]
        let (output, bias) = (conv.outputs[0], conv.inputs[2])
        let old = try state.require(bias).detached().values(Float.self)
        let variance = found.variance.map { Float($0) }
        let path = conv.weightPath + ".norm"
        let numbers: [(String, [Float], Parameter.Role)] = [
            ("weight", variance.map { ($0 + eps).squareRoot() }, .trained),
            ("bias", found.mean.map { Float($0) }, .trained),
            ("running_mean", zip(found.mean, old).map { Float($0 - Double($1)) }, .statistic),
            ("running_var", variance, .statistic),
        ]
        var inputs = ["\(output).before"]
        for (part, values, role) in numbers {
            inputs.append("\(path).\(part)")
            try add("\(path).\(part)", Tensor(values, [values.count]), role)
        }
        try add("\(path).num_batches_tracked", .zeros([], dtype: .int64), .statistic)
        graph.parameters.removeAll { $0.name == bias }
        state[bias] = nil
        graph.nodes[place].inputs.removeLast()
        graph.nodes[place].outputs = [inputs[0]]
        let norm = Node(
            name: path, type: "BatchNormalization", inputs: inputs, outputs: [output],
            attributes: [
                "epsilon": .float(eps), "momentum": .float(0.9),
                "num_batches_tracked": .text("\(path).num_batches_tracked"),
            ])
        graph.nodes.insert(norm, at: place + 1)
    }

    private mutating func add(_ name: String, _ tensor: Tensor, _ role: Parameter.Role) throws {
        graph.parameters.append(
            Parameter(name, tensor.shape, dtype: .init(tensor.dtype), role: role))
        state[name] = tensor
    }
}
