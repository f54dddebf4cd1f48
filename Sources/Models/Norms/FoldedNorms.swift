import Formats
import Torch

extension Graph {
    /// Convolutions whose batch norm an exporter has probably folded into them: they have a bias, work on
    /// maps of more than a pixel, and no normalisation or change of shape reads them.
    ///
    /// Both exporters of PyTorch fold batch norm wherever a convolution comes just before it. Convolutions
    /// behind a global pooling (squeeze-and-excitation) have biases of their own, and too few numbers for
    /// statistics; so have those of networks with layer norms, which make patches of a picture.
    package var foldedNorms: [Int] {
        if nodes.contains(where: { $0.type == "LayerNormalization" }) { return [] }
        let wiring = Wiring(self)
        let names = Set(parameters.map(\.name))
        var pooled: Set<String> = []
        return nodes.indices.filter { index in
            let node = nodes[index]
            let values = node.inputs.filter { !$0.isEmpty && !names.contains($0) }
            if node.isGlobalPool || values.allSatisfy(pooled.contains) {
                pooled.formUnion(node.outputs)
                return false
            }
            guard node.type == "Conv", node.inputs.count > 2, names.contains(node.inputs[1]),
                names.contains(node.inputs[2])
            else { return false }
            let readers = wiring.readers(of: node.outputs[0]).map { nodes[$0].type }
            let others = ["Reshape", "Transpose", "Flatten"]
            return !readers.contains { $0.hasSuffix("Normalization") || others.contains($0) }
        }
    }
}

extension Node {
    /// Whether a mean over height and width follows.
    fileprivate var isGlobalPool: Bool {
        if type == "GlobalAveragePool" || type == "GlobalMaxPool" { return true }
        guard type == "ReduceMean", case .ints(let axes)? = attributes["axes"] else { return false }
        return Set(axes) == [2, 3] || Set(axes) == [-1, -2]
    }
}

extension Model {
    /// The model with every batch norm that follows a convolution folded into it, as exporters do:
    /// `w * s`, `(b - mean) * s + shift` with `s = scale / sqrt(var + eps)`.
    ///
    /// In evaluation the outputs are the same. Subnormal results become zero: processors take many times
    /// as long for them.
    package func foldingBatchNorms() throws -> Model {
        let wiring = Wiring(graph)
        var (graph, state) = (self.graph, StateDictionary(self.state.entries))
        var gone: Set<Int> = []
        for (index, norm) in graph.nodes.enumerated() where norm.type == "BatchNormalization" {
            guard let place = wiring.single(norm.inputs[0], "Conv") else { continue }
            let conv = graph.nodes[place]
            let (weight, bias) = try folded(conv, norm)
            state[conv.inputs[1]] = weight
            // The norm's shift takes the bias's place, and keeps its own name.
            graph.nodes[place].inputs = [conv.inputs[0], conv.inputs[1], norm.inputs[2]]
            graph.nodes[place].outputs = norm.outputs
            state[norm.inputs[2]] = bias
            gone.insert(index)
        }
        graph.nodes = graph.nodes.indices.filter { !gone.contains($0) }.map { graph.nodes[$0] }
        let used = Set(graph.nodes.flatMap(\.inputs))
        let counts = Set(graph.nodes.compactMap(\.batchCount))
        graph.parameters.removeAll { !used.contains($0.name) && !counts.contains($0.name) }
        for name in state.names where !graph.parameters.contains(where: { $0.name == name }) {
            state[name] = nil
        }
        return try Model(graph, state)
    }

    private func folded(_ conv: Node, _ norm: Node) throws -> (weight: Tensor, bias: Tensor) {
        try noGrad {
            let numbers = try norm.inputs[1...4].map { try state.require($0).detached() }
            let scale = try numbers[0] / (numbers[3] + norm.float("epsilon", 1e-5)).sqrt()
            let weight = try state.require(conv.inputs[1]).detached()
            let shape = [scale.count] + weight.shape.dropFirst().map { _ in 1 }
            var centre = try numbers[2] * -1
            if conv.inputs.count > 2, !conv.inputs[2].isEmpty {
                centre = try centre + state.require(conv.inputs[2]).detached()
            }
            return (
                try (weight * scale.reshaped(shape)).withoutSubnormals(),
                try (centre * scale + numbers[1]).withoutSubnormals()
            )
        }
    }
}

extension Node {
    /// The parameter that counts a batch norm's batches, for torchvision's state dictionaries.
    var batchCount: String? {
        if case .text(let name)? = attributes["num_batches_tracked"] { return name }
        return nil
    }
}
