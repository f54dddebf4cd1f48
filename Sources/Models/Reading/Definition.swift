import Formats

/// An operator of one's own: what a node of its name stands for, in operators that Winnow knows.
///
/// Its nodes are replaced where a file is read or a network is built, as ONNX's own functions are. What runs,
/// trains, counts, cuts and writes a network then meets known operators only, and pays nothing for it.
package struct Definition: Sendable {
    /// The type of the nodes that it stands for: `com.microsoft::QuickGelu`, with the domain where it has one.
    package let name: String
    /// Adds the steps of one node, and says which value is the node's output.
    private let meaning: @Sendable (inout Steps) throws -> String

    package init(
        _ name: String, _ meaning: @escaping @Sendable (inout Steps) throws -> String
    ) {
        (self.name, self.meaning) = (name, meaning)
    }

    /// The steps of one node, the last of which writes the node's output.
    ///
    /// - Throws: `NetworkError` naming the node, where the definition does not fit it.
    package func nodes(of node: Node) throws -> [Node] {
        let outputs = node.outputs.filter { !$0.isEmpty }
        guard outputs.count == 1 else {
            throw node.problem(
                "it has \(outputs.count) outputs; an operator of one's own gives one")
        }
        var steps = Steps(node)
        let result = try meaning(&steps)
        guard let last = steps.nodes.firstIndex(where: { $0.outputs == [result] }) else {
            guard node.inputs.contains(result) else {
                throw node.problem("its definition gives '\(result)', which no step of it writes")
            }
            return [Node(name: node.name, type: "Identity", inputs: [result], outputs: outputs)]
        }
        var nodes = steps.nodes
        nodes[last].outputs = outputs
        for index in nodes.indices {
            nodes[index].inputs = nodes[index].inputs.map { $0 == result ? outputs[0] : $0 }
        }
        return nodes
    }

    /// The definitions by name.
    ///
    /// - Throws: `NetworkError` for a name that is taken.
    static func byName(_ definitions: [Definition]) throws -> [String: Definition] {
        var found: [String: Definition] = [:]
        for definition in definitions {
            guard !Operator.all.contains(where: { $0.name == definition.name }),
                found.updateValue(definition, forKey: definition.name) == nil
            else {
                throw NetworkError(
                    "there is an operator '\(definition.name)' already: give yours another name, "
                        + "such as my.domain::\(definition.name)")
            }
        }
        return found
    }
}

/// The known operators that one node of a `Definition` becomes.
package struct Steps {
    /// The node that is replaced: its inputs and settings.
    package let node: Node
    fileprivate var nodes: [Node] = []

    fileprivate init(_ node: Node) { self.node = node }

    /// One of the node's inputs, from 0.
    package func input(_ index: Int) throws -> String {
        guard node.inputs.indices.contains(index), !node.inputs[index].isEmpty else {
            throw node.problem("its input \(index) is missing")
        }
        return node.inputs[index]
    }

    /// Adds a known operator by ONNX's name, and returns the name of its output.
    package mutating func add(
        _ type: String, _ inputs: [String], _ attributes: [String: Attribute] = [:]
    ) -> String {
        let path = "\(node.outputs[0]).step\(nodes.count + 1)"
        nodes.append(
            Node(name: path, type: type, inputs: inputs, outputs: [path], attributes: attributes))
        return path
    }

    /// Adds a number, which meets tensors of any shape.
    package mutating func constant(_ number: Double) -> String {
        add("Constant", [], ["value_float": .float(Float(number))])
    }
}

extension ONNXModel {
    /// The same file with the nodes of one's own operators replaced by what they stand for.
    func replacing(_ definitions: [Definition]) throws -> ONNXModel {
        guard !definitions.isEmpty else { return self }
        let known = try Definition.byName(definitions)
        var model = self
        model.nodes = try nodes.flatMap { try known[$0.type]?.nodes(of: $0) ?? [$0] }
        return model
    }
}
