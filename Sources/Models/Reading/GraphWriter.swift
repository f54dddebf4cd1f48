import Formats
import Torch

extension Model {
    /// The network as an ONNX file holds it: settings as constant tensors again, in opset 20.
    package func onnx(metadata: [String: String] = [:]) throws -> ONNXModel {
        let shapes = try graph.shapes(batch: graph.fixedBatch ?? 2)
        var writer = GraphWriter(input: graph.input.name)
        for node in graph.nodes { try writer.add(node) }
        let grouped = graph.nodes.contains { $0.type == "GroupNormalization" }
        var file = ONNXModel(
            opset: grouped ? 21 : ONNXModel.written, producer: "winnow", inputs: graph.inputs,
            nodes: writer.nodes, metadata: metadata)
        let used = Set(writer.nodes.flatMap(\.inputs))
        for parameter in graph.parameters where used.contains(parameter.name) {
            file.initializers[parameter.name] = try state.require(parameter.name).host()
        }
        for (name, tensor) in writer.settings { file.initializers[name] = tensor }
        file.outputs = graph.outputs.map { name in
            var shape = (shapes[name] ?? []).map(Optional.init)
            if graph.fixedBatch == nil, shape.first == 2 { shape[0] = nil }
            return ONNXValue(name: name, shape: shape)
        }
        return file
    }
}

/// Nodes in ONNX's form.
private struct GraphWriter {
    let input: String
    private(set) var nodes: [Node] = []
    /// Settings that became constant tensors.
    private(set) var settings: [(name: String, tensor: HostTensor)] = []
    private var names: [String: HostTensor] = [:]
    private var hasBatch = false

    init(input: String) { self.input = input }

    mutating func add(_ node: Node) throws {
        var node = node
        let operation = try Operator.of(node)
        node.attributes["num_batches_tracked"] = nil
        for (place, key) in operation.settings.sorted(by: { $0.key < $1.key }) {
            guard let tensor = node.attributes.removeValue(forKey: key)?.tensor else { continue }
            while node.inputs.count <= place { node.inputs.append("") }
            node.inputs[place] =
                node.type == "Expand" && (tensor.integers() ?? []).contains(-1)
                ? batched(tensor.integers() ?? [], node)
                : constant(tensor, "\(node.outputs[0]).\(key)")
        }
        nodes.append(node)
    }

    private mutating func constant(_ tensor: HostTensor, _ name: String) -> String {
        if let same = names.first(where: { $0.value == tensor })?.key { return same }
        names[name] = tensor
        settings.append((name, tensor))
        return name
    }

    /// A shape in which -1 is the batch, computed as the network runs.
    private mutating func batched(_ shape: [Int], _ node: Node) -> String {
        let batch = "\(input).batch"
        if !hasBatch {
            nodes.append(
                Node(
                    name: batch, type: "Shape", inputs: [input], outputs: [batch],
                    attributes: ["start": .int(0), "end": .int(1)]))
            hasBatch = true
        }
        let name = "\(node.outputs[0]).shape"
        let parts = shape.enumerated().map { place, size in
            size == -1
                ? batch
                : constant(HostTensor([Int64(size)], shape: [1]), "\(name).\(place)")
        }
        nodes.append(
            Node(
                name: name, type: "Concat", inputs: parts, outputs: [name],
                attributes: ["axis": .int(0)]))
        return name
    }
}
