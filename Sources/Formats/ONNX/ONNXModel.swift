/// A network as it stands in an ONNX file: nodes in order over named tensors, as plain values.
///
/// Nothing is interpreted here: what an operator means is the business of whoever reads the nodes.
package struct ONNXModel: Sendable, Equatable {
    /// Version of ONNX's own operators that the nodes are written in.
    package var opset: Int
    /// Who wrote the file, with the version.
    package var producer: String
    /// What is fed to the network; initializers are not among them.
    package var inputs: [ONNXValue]
    package var outputs: [ONNXValue]
    /// In an order in which they can be run.
    package var nodes: [ONNXNode]
    /// Weights and constants, in the order of the file.
    package var initializers: StateDict
    /// Free text that travels along.
    package var metadata: [String: String]

    package init(
        opset: Int, producer: String = "", inputs: [ONNXValue] = [], outputs: [ONNXValue] = [],
        nodes: [ONNXNode] = [], initializers: StateDict = StateDict(),
        metadata: [String: String] = [:]
    ) {
        self.opset = opset
        self.producer = producer
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = nodes
        self.initializers = initializers
        self.metadata = metadata
    }

    /// The versions of ONNX's operators that are read; `ONNXWriter` writes `written`.
    package static let opsets = 13...22
    package static let written = 20
}

/// An input or output of the network.
package struct ONNXValue: Sendable, Equatable, Codable {
    package var name: String
    package var dtype: HostTensor.DType
    /// Sizes, nil where one is free (the batch); nil altogether when the file does not say.
    package var shape: [Int?]?

    package init(name: String, dtype: HostTensor.DType = .float32, shape: [Int?]?) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
    }
}

/// One step of the network.
package struct ONNXNode: Sendable, Equatable, Codable {
    /// For messages; may be empty.
    package var name: String
    /// ONNX's name of the operator, with `domain::` before it when it is not one of ONNX's own.
    package var type: String
    /// Names of what it takes, empty where an optional one is left out.
    package var inputs: [String]
    package var outputs: [String]
    package var attributes: [String: ONNXAttribute]

    package init(
        name: String = "", type: String, inputs: [String], outputs: [String],
        attributes: [String: ONNXAttribute] = [:]
    ) {
        self.name = name
        self.type = type
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }
}

/// A setting of a node.
package enum ONNXAttribute: Sendable, Equatable, Codable {
    case int(Int)
    case float(Float)
    case text(String)
    case tensor(HostTensor)
    case ints([Int])
    case floats([Float])
    case texts([String])
}
