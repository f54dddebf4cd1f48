import Formats

/// Puts a graph together layer by layer; each method adds one layer and returns the name of its output.
package struct GraphBuilder {
    private var graph: Graph
    /// Shape of each value so far, for one picture.
    private var shapes: [String: Shape] = [:]

    /// A network over pictures of `size` x `size` pixels in three colours.
    package init(size: Int) {
        self.init(input: [3, size, size])
    }

    /// A network over anything of these sizes, the batch left out.
    package init(input: Shape) {
        graph = Graph(inputs: [ONNXValue(name: "input", shape: [nil] + input)])
        shapes["input"] = [1] + input
    }

    package var input: String { "input" }

    /// The graph, with `output` as class scores.
    ///
    /// Mutating, so that a layer may be added in the argument: else the builder is read before.
    package mutating func finish(_ output: String) -> Graph {
        graph.outputs = [output]
        return graph
    }

    package func channels(_ x: String) -> Int { shapes[x]?[1] ?? 0 }
    package func side(_ x: String) -> Int { shapes[x]?.last ?? 0 }

    /// Any node with one output, named after `path`.
    package mutating func node(
        _ path: String, _ type: String, _ inputs: [String], _ attributes: [String: Attribute] = [:]
    ) throws -> String {
        let node = Node(
            name: path, type: type, inputs: inputs, outputs: [path + ".out"], attributes: attributes
        )
        try append(node)
        return node.outputs[0]
    }

    /// A node of an operator of one's own, as what it stands for.
    package mutating func node(
        _ path: String, _ definition: Definition, _ inputs: [String],
        _ attributes: [String: Attribute] = [:]
    ) throws -> String {
        let whole = Node(
            name: path, type: definition.name, inputs: inputs, outputs: [path + ".out"],
            attributes: attributes)
        for node in try definition.nodes(of: whole) { try append(node) }
        return whole.outputs[0]
    }

    private mutating func append(_ node: Node) throws {
        let call = ShapeCall(node: node, inputs: node.inputs.map { shapes[$0] })
        shapes[node.outputs[0]] = try Operator.of(node).shape(call)[0]
        graph.nodes.append(node)
    }

    package mutating func parameter(_ parameter: Parameter) -> String {
        graph.parameters.append(parameter)
        shapes[parameter.name] = parameter.shape
        return parameter.name
    }

    /// A convolution to `out` channels; padded so that stride 1 keeps the size.
    package mutating func conv(
        _ path: String, _ x: String, _ out: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
        bias: Bool = false
    ) throws -> String {
        let shape = [out, channels(x) / groups, kernel, kernel]
        var inputs = [
            x, parameter(Parameter("\(path).weight", shape, initial: .he(shape, groups: groups))),
        ]
        if bias { inputs.append(parameter(Parameter("\(path).bias", [out]))) }
        let pad = kernel / 2
        return try node(
            path, "Conv", inputs,
            [
                "kernel_shape": .ints([kernel, kernel]), "strides": .ints([stride, stride]),
                "pads": .ints([pad, pad, pad, pad]), "group": .int(groups),
            ])
    }

    /// Batch norm with running statistics.
    package mutating func norm(_ path: String, _ x: String) throws -> String {
        let width = [channels(x)]
        let inputs = [
            parameter(Parameter("\(path).weight", width, initial: .ones)),
            parameter(Parameter("\(path).bias", width)),
            parameter(Parameter("\(path).running_mean", width, role: .statistic)),
            parameter(Parameter("\(path).running_var", width, role: .statistic, initial: .ones)),
        ]
        let count = "\(path).num_batches_tracked"
        _ = parameter(Parameter(count, [], dtype: .int64, role: .statistic))
        return try node(
            path, "BatchNormalization", [x] + inputs,
            ["epsilon": .float(1e-5), "momentum": .float(0.9), "num_batches_tracked": .text(count)])
    }

    package mutating func relu(_ path: String, _ x: String) throws -> String {
        try node(path, "Relu", [x])
    }

    package mutating func add(_ path: String, _ a: String, _ b: String) throws -> String {
        try node(path, "Add", [a, b])
    }

    package mutating func maxPool(
        _ path: String, _ x: String, kernel: Int, stride: Int, padding: Int = 0
    ) throws -> String {
        try node(
            path, "MaxPool", [x],
            [
                "kernel_shape": .ints([kernel, kernel]), "strides": .ints([stride, stride]),
                "pads": .ints([padding, padding, padding, padding]),
            ])
    }

    /// Mean over the picture, and no dimensions left for it: [N, C].
    package mutating func globalPool(_ x: String) throws -> String {
        let pooled = try node("avgpool", "GlobalAveragePool", [x])
        return try node("flatten", "Flatten", [pooled], ["axis": .int(1)])
    }

    package mutating func dropout(_ path: String, _ x: String, _ ratio: Float) throws -> String {
        try node(path, "Dropout", [x], ["ratio": .float(ratio)])
    }

    /// A fully connected layer, started as torch.nn.Linear, or normal with `deviation` and no bias.
    package mutating func linear(
        _ path: String, _ x: String, _ out: Int, deviation: Double? = nil
    ) throws -> String {
        let width = channels(x)
        let bound = 1 / Double(width).squareRoot()
        let weight = parameter(
            Parameter(
                "\(path).weight", [out, width],
                initial: deviation.map { .normal($0) } ?? .uniform(bound)))
        let bias = parameter(
            Parameter(
                "\(path).bias", [out], initial: deviation == nil ? .uniform(bound) : .zeros))
        return try node(path, "Gemm", [x, weight, bias], ["transB": .int(1)])
    }
}
