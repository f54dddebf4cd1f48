import Formats
import Torch

/// The last layer, which scores the classes: what fine-tuning draws anew for other classes.
package struct Head: Sendable, Equatable {
    /// Name of its weight.
    package let weight: String
    /// Name of its bias; nil without one.
    package let bias: String?
    /// The weight's dimension along which the classes lie, and the one that the features do.
    package let dims: (classes: Int, features: Int)
    /// Number of its node, and of the node that adds the bias (the same, but for a MatMul).
    let nodes: (weight: Int, bias: Int)

    package static func == (a: Head, b: Head) -> Bool { a.weight == b.weight && a.bias == b.bias }
}

extension Graph {
    /// What may stand between the last layer and the output.
    private static let passing: Set<String> = [
        "Flatten", "Reshape", "Squeeze", "Relu", "GlobalAveragePool", "AveragePool", "ReduceMean",
        "Dropout", "Identity", "Softmax", "LogSoftmax", "Cast", "Add",
    ]

    /// The layer that scores the classes, found from the output backwards.
    ///
    /// - Throws: `NetworkError` where the output is not that of a linear layer or a 1x1 convolution.
    package func head() throws -> Head {
        let trained = Dictionary(
            uniqueKeysWithValues: parameters.filter { $0.role == .trained }.map {
                ($0.name, $0.shape)
            })
        var name = outputs.first ?? ""
        var bias: (name: String, node: Int)?
        while let index = nodes.firstIndex(where: { $0.outputs.contains(name) }) {
            let node = nodes[index]
            if ["Gemm", "MatMul", "Conv"].contains(node.type), node.inputs.count > 1,
                let shape = trained[node.inputs[1]]
            {
                let own = node.inputs.count > 2 ? (node.inputs[2], index) : nil
                let isRows = try node.type == "Conv" || node.flag("transB")
                guard node.type != "Conv" || shape.dropFirst(2).allSatisfy({ $0 == 1 }) else {
                    break
                }
                let found = (own ?? bias.map { ($0.name, $0.node) })
                return Head(
                    weight: node.inputs[1], bias: found?.0,
                    dims: isRows ? (0, 1) : (1, 0), nodes: (index, found?.1 ?? index))
            }
            guard Self.passing.contains(node.type) else { break }
            if node.type == "Add" {
                guard let place = node.inputs.firstIndex(where: { trained[$0]?.count == 1 }),
                    node.inputs.count == 2
                else { break }
                bias = (node.inputs[place], index)
                name = node.inputs[1 - place]
            } else {
                name = node.inputs[0]
            }
        }
        throw NetworkError(
            "no last layer found: the output '\(outputs.first ?? "")' must come from a linear layer or "
                + "a 1x1 convolution with its classes along one dimension")
    }

    /// Classes that the network scores.
    package func classCount() throws -> Int {
        let head = try head()
        return parameter(head.weight)?.shape[head.dims.classes] ?? 0
    }

    package func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }
}

extension Model {
    /// The same network with a last layer for `classes`, drawn from `seed` as torch.nn.Linear starts: weight
    /// and bias uniform within 1 / sqrt(features).
    package func withNewHead(classes: [String], seed: UInt64) throws -> Model {
        let head = try graph.head()
        let old = try state.require(head.weight).shape
        let (count, features) = (old[head.dims.classes], old[head.dims.features])
        var graph = graph
        var state = try state.copied()
        let generator = try Generator(seed: seed)
        let bound = 1 / Double(features).squareRoot()
        var drawn = try Tensor.uniform([classes.count, features], -bound...bound, generator)
        if head.dims.classes == 1 { drawn = try drawn.transposed(0, 1).contiguous() }
        var shape = old
        shape[head.dims.classes] = classes.count
        state[head.weight] = try drawn.reshaped(shape)
        graph.reshape(head.weight, shape)
        if let bias = head.bias {
            state[bias] = try Tensor.uniform([classes.count], -bound...bound, generator)
            graph.reshape(bias, [classes.count])
        }
        graph.rename(count, classes.count, after: max(head.nodes.weight, head.nodes.bias))
        _ = try graph.shapes(batch: graph.fixedBatch ?? 2)
        return try Model(graph, state, classes: classes, metadata: metadata)
    }
}

extension Graph {
    mutating func reshape(_ name: String, _ shape: Shape) {
        for index in parameters.indices where parameters[index].name == name {
            parameters[index].shape = shape
        }
    }

    /// Puts another number of classes into the targets of reshapes after the last layer.
    fileprivate mutating func rename(_ old: Int, _ new: Int, after node: Int) {
        for index in nodes.indices where index > node && nodes[index].type == "Reshape" {
            guard case .ints(let target)? = nodes[index].attributes["shape"] else { continue }
            nodes[index].attributes["shape"] = .ints(target.map { $0 == old ? new : $0 })
        }
    }
}
