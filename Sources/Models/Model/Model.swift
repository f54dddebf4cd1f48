import Torch

/// A network with everything that belongs to it: graph, numbers, class names, masks, and what travels along.
///
/// Training, pruning, studies and commands see this and no architecture.
package struct Model {
    package var graph: Graph
    /// A tensor for every parameter of the graph, under its name.
    package var state: StateDictionary
    /// Class names; the k-th score is that of `classes[k]`. Empty where nobody named them.
    package var classes: [String]
    /// Parameter name -> 0/1 tensor (float32, same shape): what pruning took out.
    package var masks: StateDictionary
    /// Text under a key of its own: `preprocessing`, `initial`, `history` and the like.
    package var metadata: [String: String]

    /// - Throws: `NetworkError` when a tensor is missing or of another shape, or a name stands for two.
    package init(
        _ graph: Graph, _ state: StateDictionary, classes: [String] = [],
        masks: StateDictionary = StateDictionary(), metadata: [String: String] = [:]
    ) throws {
        self.graph = graph
        self.state = state
        self.classes = classes
        self.masks = masks
        self.metadata = metadata
        var names: Set<String> = []
        for parameter in graph.parameters {
            guard names.insert(parameter.name).inserted else {
                throw NetworkError("two parameters are named '\(parameter.name)'")
            }
            let found = try state.require(parameter.name).shape
            guard found == parameter.shape else {
                throw NetworkError(
                    "\(parameter.name) is \(found), but the network has \(parameter.shape) there")
            }
        }
    }

    /// A built-in network in the widths that its tensors have: some may have been cut.
    ///
    /// - Parameter size: height and width of the pictures; what the network was made for where nil.
    /// - Throws: `NetworkError` when a tensor is missing, or widths do not fit each other.
    package init(
        _ architecture: Architecture, _ state: StateDictionary, size: Int? = nil,
        classes: [String] = [], masks: StateDictionary = StateDictionary(),
        metadata: [String: String] = [:]
    ) throws {
        try self.init(
            architecture.graph(classes: max(1, classes.count), size: size).inWidths(of: state),
            state,
            classes: classes, masks: masks, metadata: metadata)
    }

    /// Fresh weights for a built-in network, drawn as torchvision does.
    package static func drawn(
        _ architecture: Architecture, classes: Int, size: Int? = nil, seed: UInt64
    ) throws -> Model {
        let graph = try architecture.graph(classes: classes, size: size)
        return try Model(graph, graph.initialState(seed: seed))
    }

    /// The same network with other numbers.
    package func with(_ state: StateDictionary) throws -> Model {
        try Model(graph, state, classes: classes, masks: masks, metadata: metadata)
    }

    /// The same network for pictures of another size.
    ///
    /// - Throws: `NetworkError` where its layers cannot take them.
    package func sized(height: Int, width: Int) throws -> Model {
        var model = self
        do {
            _ = try graph.shapes(batch: graph.fixedBatch ?? 2, height: height, width: width)
        } catch let error as NetworkError {
            throw NetworkError(
                "the network cannot take pictures of \(width)x\(height) (\(error)); it was made for "
                    + (graph.input.shape ?? []).suffix(2).map { $0.map(String.init) ?? "any" }
                    .joined(separator: "x"))
        }
        model.graph.inputs[0].shape = (graph.input.shape ?? []).prefix(2) + [height, width]
        return model
    }

    /// `a resnet18 for anger, joy`.
    package var words: String {
        let name = graph.name.isEmpty ? "network" : graph.name
        return classes.isEmpty ? "a \(name)" : "a \(name) for \(classes.joined(separator: ", "))"
    }

    /// Names of what training changes, in order.
    package var trained: [String] {
        graph.parameters.filter { $0.role == .trained }.map(\.name)
    }
}

extension Graph {
    /// The same nodes over parameters in the shapes of `state`.
    ///
    /// - Throws: `NetworkError` when a tensor is missing, of another rank, or does not fit its neighbours.
    package func inWidths(of state: StateDictionary) throws -> Graph {
        var graph = self
        for index in parameters.indices {
            let (name, expected) = (parameters[index].name, parameters[index].shape)
            let found = try state.require(name).shape
            guard found.count == expected.count else {
                throw NetworkError("\(name) is \(found), expected \(expected.count) dimensions")
            }
            graph.parameters[index].shape = found
        }
        if graph != self { _ = try graph.shapes(batch: fixedBatch ?? 2) }
        return graph
    }
}
