import Models
import Torch

/// Pictures that a criterion may look at, in batches as a network takes them.
package struct SamplePictures {
    /// `512 training pictures`.
    package let words: String
    /// Gives every batch to its argument: pictures [N, 3, H, W] and the class of each. The same pictures
    /// each time; a batch's memory is the maker's and may be filled again for the next.
    package let forEachBatch: ((Tensor, [Int]) throws -> Void) throws -> Void

    /// How many pictures criteria look at, where there are so many.
    package static let usual = 512

    package init(
        words: String, forEachBatch: @escaping ((Tensor, [Int]) throws -> Void) throws -> Void
    ) {
        (self.words, self.forEachBatch) = (words, forEachBatch)
    }
}

/// What criteria look at: a network's weights, and what it does with some pictures. Everything is computed
/// when it is first asked for, once, and shared by all criteria and layers.
package final class PruningContext {
    package let state: StateDictionary
    /// The weights that are pruned, in the network's order.
    package let layers: [String]
    /// What is pruned already: it stays so, and does not count.
    package let existing: Masks?
    /// Weight -> the numbers with one entry for each of its filters (batch norm or bias).
    package let channels: [String: [String]]
    /// nil where only tensors are known.
    package let model: Model?
    private let pictures: SamplePictures?

    private var weights: [String: LayerWeights] = [:]
    private var angles: [String: FilterAngles] = [:]
    private var grams: [String: ActivationGram]?
    private var gradients: [String: Gradients]?
    private var calibration: LayerInputs?
    private var channelScores: [String: [Scores?]] = [:]
    private var shared: (groups: ChannelGroups, shared: [SharedChannels])?

    /// A model's layers but the last, on top of its own masks.
    package init(_ model: Model, pictures: SamplePictures? = nil) throws {
        self.model = model
        state = model.state
        layers = model.graph.prunableWeights()
        existing = try model.pruningMasks()
        channels = model.graph.channelParameters()
        self.pictures = pictures
    }

    /// Named layers of tensors alone.
    package init(
        _ state: StateDictionary, layers: [String], existing: Masks? = nil,
        channels: [String: [String]] = [:]
    ) {
        (model, self.state, self.layers, pictures) = (nil, state, layers, nil)
        (self.existing, self.channels) = (existing, channels)
    }

    /// A layer's weights, without those that are pruned already.
    package func weights(_ name: String) throws -> LayerWeights {
        if let known = weights[name] { return known }
        let found = try LayerWeights(name, in: state, existing: existing)
        weights[name] = found
        return found
    }

    /// The angles between a convolution's filters.
    package func weightAngles(_ layer: LayerWeights) throws -> FilterAngles {
        if let known = angles[layer.name] { return known }
        let found = try FilterAngles(layer)
        angles[layer.name] = found
        return found
    }

    /// The angles between what a convolution's filters put out on the pictures.
    package func activationAngles(_ layer: LayerWeights) throws -> FilterAngles {
        let zeros = Set(layer.zeroFilters)
        return try activations(layer.name).angles(layer.name, without: zeros)
    }

    /// Sums, extremes and products of what a convolution's filters put out on the pictures.
    package func activations(_ name: String) throws -> ActivationGram {
        if grams == nil {
            let (model, pictures) = try source(for: "activations")
            grams = try ActivationGram.all(model, pictures)
        }
        guard let found = grams?[name] else {
            throw PruningError("'\(name)' is no convolution whose activations can be looked at")
        }
        return found
    }

    /// What the pictures say of the loss around a layer's weights.
    package func gradients(_ layer: LayerWeights) throws -> Gradients {
        let found = try gradients(layer.name)
        return layer.isTransposed ? found.transposed : found
    }

    /// The same by the parameter's name, as it is stored.
    package func gradients(_ name: String) throws -> Gradients {
        if gradients == nil {
            let (model, pictures) = try source(for: "gradients")
            gradients = try Gradients.all(model, layers, pictures)
        }
        guard let found = gradients?[name] else {
            throw PruningError("no gradients of '\(name)': it is not among the layers to prune")
        }
        return found
    }

    /// What layers read on the pictures, for criteria and repairs that predict one channel from others.
    package func calibrated() throws -> LayerInputs {
        if let calibration { return calibration }
        let (model, pictures) = try source(for: "activations")
        let found = try LayerInputs(model, sharedChannels().groups, pictures)
        calibration = found
        return found
    }

    /// The network's groups of channels, and those of them that may go.
    func sharedChannels() throws -> (groups: ChannelGroups, shared: [SharedChannels]) {
        if let shared { return shared }
        guard let model else {
            throw PruningError("channels are those of a whole network, not of tensors alone")
        }
        let groups = try ChannelGroups(model.graph)
        let found = (groups, try SharedChannels.all(groups, self))
        shared = found
        return found
    }

    /// What a criterion says of each of them; a repair or a budget more asks again.
    func channelScores(_ criterion: Criterion, seed: UInt64) throws -> [Scores?] {
        let key = "\(criterion.name) \(seed)"
        if let known = channelScores[key] { return known }
        let found = try sharedChannels().shared.map {
            try criterion.scores($0, self, seed: seed)
        }
        channelScores[key] = found
        return found
    }

    /// Every batch of the pictures.
    func forEachPicture(_ body: (Tensor, [Int]) throws -> Void) throws {
        try source(for: "statistics").1.forEachBatch(body)
    }

    private func source(for what: String) throws -> (Model, SamplePictures) {
        guard let model else {
            throw PruningError("\(what) need a whole network, not its tensors alone")
        }
        guard let pictures else {
            throw PruningError(
                "this criterion looks at the network's \(what): pictures are needed (training "
                    + "pictures, not those that it is tested on)")
        }
        return (model, pictures)
    }
}

extension Graph {
    /// The weights that are pruned: those of every convolution and linear layer, but of the last, which
    /// scores the classes, only when asked.
    package func prunableWeights(classifier: Bool = false) -> [String] {
        let head = try? head().weight
        return tensors().filter {
            ($0.kind == .convolution || $0.kind == .linearWeight) && $0.shape.count >= 2
                && (classifier || $0.name != head)
        }.map(\.name)
    }

    /// For each weight, the numbers with one entry for each filter: scale and shift of the batch norm that
    /// alone reads what it gives, or else its bias; none where neither is there.
    package func channelParameters() -> [String: [String]] {
        var uses: [String: Int] = [:]
        for name in nodes.flatMap(\.inputs) + outputs { uses[name, default: 0] += 1 }
        let norms = Dictionary(
            nodes.filter { $0.type == "BatchNormalization" && $0.inputs.count > 2 }.map {
                ($0.inputs[0], Array($0.inputs[1...2]))
            }, uniquingKeysWith: { first, _ in first })
        var found: [String: [String]] = [:]
        for node in nodes where ["Conv", "Gemm"].contains(node.type) && node.inputs.count > 1 {
            let bias = node.inputs.dropFirst(2).filter { !$0.isEmpty }
            let norm = node.outputs.first.flatMap { uses[$0] == 1 ? norms[$0] : nil }
            found[node.inputs[1]] = norm ?? Array(bias)
        }
        return found
    }
}

extension Architecture {
    /// The weights that are pruned, as of its graph.
    package func prunableWeights(classifier: Bool = false) throws -> [String] {
        try graph(classes: 1).prunableWeights(classifier: classifier)
    }
}
