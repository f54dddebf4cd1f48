extension Node {
    /// The path of a layer's weight: `layer1.0.conv1` of `layer1.0.conv1.weight`.
    var weightPath: String {
        let name = inputs.count > 1 ? inputs[1] : ""
        return name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
    }
}

/// Who writes and who reads each value of a graph.
struct Wiring {
    private let nodes: [Node]
    private let outputs: Set<String>
    private var writers: [String: Int] = [:]
    private var readers: [String: [Int]] = [:]

    init(_ graph: Graph) {
        nodes = graph.nodes
        outputs = Set(graph.outputs)
        for (index, node) in graph.nodes.enumerated() {
            for name in node.inputs where !name.isEmpty { readers[name, default: []].append(index) }
            for name in node.outputs where !name.isEmpty { writers[name] = index }
        }
    }

    /// The number of the node that computes a value; nil for inputs and parameters.
    func writer(of name: String) -> Int? { writers[name] }

    /// The numbers of the nodes that read a value, one for each time.
    func readers(of name: String) -> [Int] { readers[name] ?? [] }

    /// The only node that reads a value, where it is no output of the network.
    func onlyReader(of name: String) -> Int? {
        let found = readers(of: name)
        return found.count == 1 && !outputs.contains(name) ? found[0] : nil
    }

    /// The node of a type that computes a value for one reader alone.
    func single(_ name: String, _ type: String) -> Int? {
        guard onlyReader(of: name) != nil, let index = writers[name], nodes[index].type == type
        else { return nil }
        return index
    }
}

extension Graph {
    /// What a convolution's filters put out, by its weight's name: after the batch norm and the activation
    /// that alone read it, else the convolution's own output (then with the batch norm's scale, whose sign is
    /// the output's). `Executor.run` sees every one of these values.
    package func activations() -> [String: (value: String, scale: String?)] {
        let wiring = Wiring(self)
        let kinds: Set = [
            "Relu", "Clip", "LeakyRelu", "PRelu", "Elu", "Gelu", "HardSwish", "HardSigmoid",
            "Sigmoid", "Tanh",
        ]
        var found: [String: (value: String, scale: String?)] = [:]
        for node in nodes where node.type == "Conv" && node.inputs.count > 1 {
            let own = node.outputs[0]
            var (end, scale) = (own, String?.none)
            if let reader = wiring.onlyReader(of: own),
                nodes[reader].type == "BatchNormalization"
            {
                (end, scale) = (nodes[reader].outputs[0], nodes[reader].inputs[1])
            }
            if let reader = wiring.onlyReader(of: end), kinds.contains(nodes[reader].type) {
                found[node.inputs[1]] = (nodes[reader].outputs[0], nil)
            } else {
                found[node.inputs[1]] = (own, scale)
            }
        }
        return found
    }
}
