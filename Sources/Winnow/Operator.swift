import Models

/// An operator of one's own, put together of those that Winnow knows.
///
/// It is a file, and then named where a network is opened or built:
///
///     extension Operator {
///         /// x * sigmoid(alpha * x), as onnxruntime's.
///         static let quickGelu = Operator("com.microsoft::QuickGelu") { node in
///             let x = try node.input(0)
///             let alpha = node.constant(try node.number("alpha", 1.702))
///             return node.apply("Mul", x, node.apply("Sigmoid", node.apply("Mul", x, alpha)))
///         }
///     }
///     let network = try Network.open(file, operators: [.quickGelu])
///
/// A node of its name is replaced by these steps. So which channels go together, gradients, costs and cutting
/// follow by themselves, the network runs as fast as its steps do, and what Winnow writes needs the operator no
/// more: any ONNX runtime takes it. What cannot be put together of known operators has to be added to Winnow
/// (`CONTRIBUTING.md`).
public struct Operator: Sendable {
    package let inner: Definition

    /// - Parameters:
    ///   - name: of the nodes that it stands for, with `domain::` before it where it is not one of ONNX's own.
    ///   - meaning: adds the steps that one node stands for, and returns the node's output.
    public init(
        _ name: String,
        _ meaning: @escaping @Sendable (inout Node) throws -> NetworkBuilder.Value
    ) {
        inner = Definition(name) { steps in
            var node = Node(steps: steps)
            defer { steps = node.steps }
            do {
                return try meaning(&node).name
            } catch let error as WinnowError {
                throw NetworkError(error.description)
            }
        }
    }

    /// Its name.
    public var name: String { inner.name }

    /// A setting of a known operator, under ONNX's name.
    public enum Setting: Sendable {
        case int(Int)
        case number(Double)
        case ints([Int])
        case numbers([Double])
        case text(String)

        fileprivate var attribute: Attribute {
            switch self {
            case .int(let value): .int(value)
            case .number(let value): .float(Float(value))
            case .ints(let values): .ints(values)
            case .numbers(let values): .floats(values.map(Float.init))
            case .text(let value): .text(value)
            }
        }
    }

    /// One node that is replaced: what goes in, how it is set, and the steps that it becomes.
    public struct Node {
        fileprivate var steps: Steps

        /// An input, from 0.
        ///
        /// - Throws: `WinnowError` naming the node, where it is missing.
        public func input(_ index: Int) throws -> NetworkBuilder.Value {
            try WinnowError.wrapping { NetworkBuilder.Value(name: try steps.input(index)) }
        }

        /// A setting that is a number; `fallback` where the node does not say.
        public func number(_ setting: String, _ fallback: Double) throws -> Double {
            try WinnowError.wrapping { try steps.node.float(setting, fallback) }
        }

        /// A setting that is a whole number; `fallback` where the node does not say.
        public func int(_ setting: String, _ fallback: Int) throws -> Int {
            try WinnowError.wrapping { try steps.node.int(setting, fallback) }
        }

        /// Adds an operator that Winnow knows, by ONNX's name, and returns its output.
        @discardableResult
        public mutating func apply(
            _ type: String, _ inputs: NetworkBuilder.Value..., settings: [String: Setting] = [:]
        ) -> NetworkBuilder.Value {
            NetworkBuilder.Value(
                name: steps.add(type, inputs.map(\.name), settings.mapValues(\.attribute)))
        }

        /// A number, which meets tensors of any shape.
        public mutating func constant(_ number: Double) -> NetworkBuilder.Value {
            NetworkBuilder.Value(name: steps.constant(number))
        }
    }
}

extension NetworkBuilder {
    /// An operator of one's own.
    public mutating func apply(
        _ own: Operator, _ name: String, _ inputs: Value...,
        settings: [String: Operator.Setting] = [:]
    ) throws -> Value {
        try layer {
            try $0.node(name, own.inner, inputs.map(\.name), settings.mapValues(\.attribute))
        }
    }

    /// Any operator that Winnow knows, by ONNX's name.
    public mutating func apply(
        _ type: String, _ name: String, _ inputs: Value...,
        settings: [String: Operator.Setting] = [:]
    ) throws -> Value {
        try layer { try $0.node(name, type, inputs.map(\.name), settings.mapValues(\.attribute)) }
    }
}
