import Models

/// Puts a network of one's own together, layer by layer: each call adds one and returns its output.
///
///     var net = NetworkBuilder(size: 64)
///     var x = try net.conv("conv1", net.input, 16, kernel: 3)
///     x = try net.relu("relu1", net.norm("bn1", x))
///     let network = try net.finish(net.linear("fc", net.globalPool(x), 7), seed: 1)
public struct NetworkBuilder {
    /// A value between layers.
    public struct Value: Sendable {
        let name: String
    }

    var builder: GraphBuilder

    /// A network over pictures of `size` x `size` pixels in three colours.
    public init(size: Int) { builder = GraphBuilder(size: size) }

    /// The pictures.
    public var input: Value { Value(name: builder.input) }

    /// Channels of a value.
    public func channels(_ x: Value) -> Int { builder.channels(x.name) }

    /// A convolution to `out` channels, padded so that stride 1 keeps the size.
    public mutating func conv(
        _ name: String, _ x: Value, _ out: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
        bias: Bool = false
    ) throws -> Value {
        try layer {
            try $0.conv(
                name, x.name, out, kernel: kernel, stride: stride, groups: groups, bias: bias)
        }
    }

    /// Batch norm.
    public mutating func norm(_ name: String, _ x: Value) throws -> Value {
        try layer { try $0.norm(name, x.name) }
    }

    /// The larger of each number and zero.
    public mutating func relu(_ name: String, _ x: Value) throws -> Value {
        try layer { try $0.relu(name, x.name) }
    }

    /// The sum of two values of one shape: a residual.
    public mutating func add(_ name: String, _ a: Value, _ b: Value) throws -> Value {
        try layer { try $0.add(name, a.name, b.name) }
    }

    /// The largest number in each window.
    public mutating func maxPool(
        _ name: String, _ x: Value, kernel: Int, stride: Int, padding: Int = 0
    ) throws -> Value {
        try layer {
            try $0.maxPool(name, x.name, kernel: kernel, stride: stride, padding: padding)
        }
    }

    /// The mean over the picture: channels alone are left.
    public mutating func globalPool(_ x: Value) throws -> Value {
        try layer { try $0.globalPool(x.name) }
    }

    /// A fully connected layer.
    public mutating func linear(_ name: String, _ x: Value, _ out: Int) throws -> Value {
        try layer { try $0.linear(name, x.name, out) }
    }

    /// The network with `output` as class scores and fresh weights drawn from `seed`.
    public mutating func finish(
        _ output: Value, name: String = "own", seed: UInt64 = 0
    ) throws -> Network {
        try WinnowError.wrapping {
            let graph = graph(output, name)
            var model = try Model(graph, graph.initialState(seed: seed))
            model.classes = (0..<(try graph.classCount())).map(String.init)
            return Network(model)
        }
    }

    /// The layers so far, with `output` as class scores.
    mutating func graph(_ output: Value, _ name: String) -> Graph {
        var graph = builder.finish(output.name)
        graph.name = name
        return graph
    }

    mutating func layer(
        _ add: (inout GraphBuilder) throws -> String
    ) throws -> Value {
        try WinnowError.wrapping { Value(name: try add(&builder)) }
    }
}
