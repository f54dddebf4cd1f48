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
