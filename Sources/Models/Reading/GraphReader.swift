import Formats
import Torch

/// Makes a graph of an ONNX file: settings into attributes, shape arithmetic and constants folded.
///
/// The file is gone through with batches of 2, 3 and 5 pictures. What is the same in all is a constant;
/// a size in the target of a Reshape that is not, is the batch's, and becomes -1.
package struct GraphReader {
    /// Batches that the file is tried with: different, and no divisors of usual sizes' differences.
    private static let batches = [2, 3, 5]

    private let model: ONNXModel
    private let trials: [Trial]
    private let written: Int?

    /// Reads a model.
    ///
    /// - Parameter size: height and width of the pictures, where the file leaves them open.
    /// - Throws: `NetworkError` for an operator that is not known, or a network whose shapes depend on
    ///   the pictures' content.
    package static func read(_ file: ONNXModel, size: (Int, Int)? = nil) throws -> Model {
        for node in file.nodes { _ = try Operator.of(node) }
        guard file.inputs.count == 1, !file.outputs.isEmpty else {
            throw NetworkError(
                "the network has \(file.inputs.count) inputs and \(file.outputs.count) outputs; "
                    + "expected one input, the pictures")
        }
        let plain = withoutIdentities(file)
        return try noGrad {
            guard let written = plain.inputs[0].fixedBatch else {
                return try GraphReader(plain, written: nil, batches: batches, size).build()
            }
            // A fixed batch is freed where the network allows it.
            let fixed = try GraphReader(plain, written: written, batches: [written], size).build()
            if let free = try? GraphReader(plain, written: written, batches: batches, size).build(),
                try agree(free, fixed, written)
            {
                return free
            }
            return fixed
        }
    }

    /// Whether twice the pictures at once give what each half gives: a file may have its number where it
    /// cannot be told from other sizes.
    private static func agree(_ free: Model, _ fixed: Model, _ written: Int) throws -> Bool {
        let sizes = try Graph.shape(of: free.graph.input, 2 * written, nil, nil)
        let x = try Tensor.randn(sizes, Generator(seed: 1))
        let half = try Executor(fixed)
        let parts = try (0..<2).map {
            try half.forward(
                x.narrow(dim: 0, start: $0 * written, length: written), training: false)
        }
        let expected: [Float] = try Tensor.cat(parts).values()
        guard let found: [Float] = try? Executor(free).forward(x, training: false).values(),
            found.count == expected.count
        else { return false }
        let largest = expected.map(abs).max() ?? 0
        return zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-4 * largest }
    }

    private init(
        _ model: ONNXModel, written: Int?, batches: [Int], _ size: (Int, Int)?
    ) throws {
        self.model = model
        self.written = batches.count == 1 ? written : nil
        trials = try batches.map {
            try Trial(model, batch: $0, writtenBatch: written, size: size)
        }
    }

    /// Without nodes that only rename. One that renames a weight gives it a tensor of its own: the
    /// older exporter stores equal weights once.
    private static func withoutIdentities(_ file: ONNXModel) -> ONNXModel {
        var model = file
        var aliases: [String: String] = [:]
        let outputs = Set(file.outputs.map(\.name))
        model.nodes = file.nodes.compactMap { node in
            var node = node
            node.inputs = node.inputs.map { aliases[$0] ?? $0 }
            guard node.type == "Identity", let from = node.inputs.first,
                let to = node.outputs.first, !outputs.contains(to)
            else { return node }
            if let tensor = file.initializers[from] {
                model.initializers[to] = tensor
            } else {
                aliases[to] = from
            }
            return nil
        }
        return model
    }

    // MARK: what is left

    private func build() throws -> Model {
        var nodes = try live().map { try merged($0) }
        var state = StateDictionary()
        var parameters: [Parameter] = []
        var used: [String: Int] = [:]
        for index in nodes.indices {
            let operation = try Operator.of(nodes[index])
            for (place, name) in nodes[index].inputs.enumerated()
            where try !name.isEmpty && isConstant(name) {
                let role = try role(name, operation, place)
                used[name, default: 0] += 1
                let again = used[name, default: 1]
                if again > 1, role == .constant { continue }
                // Exporters store equal weights once; each use is a parameter of its own.
                let own = again > 1 ? "\(name)#\(again)" : name
                nodes[index].inputs[place] = own
                let tensor = try value(of: name).clone()
                state[own] = tensor
                parameters.append(
                    Parameter(own, tensor.shape, dtype: .init(tensor.dtype), role: role))
            }
        }
        let graph = Graph(
            inputs: [input], nodes: nodes, outputs: model.outputs.map(\.name),
            parameters: parameters)
        return try Model(graph, state)
    }

    private var input: ONNXValue {
        let given = model.inputs[0]
        let shape = (trials[0].shapes[given.name] ?? []).map(Optional.init)
        return ONNXValue(name: given.name, dtype: .float32, shape: [written] + shape.dropFirst())
    }

    private func isConstant(_ name: String) throws -> Bool {
        trials[0].known[name] != nil || model.initializers[name] != nil
    }

    /// A constant that the nodes read; it must not depend on the batch.
    private func value(of name: String) throws -> Tensor {
        var first = trials[0]
        guard let value = try first.constant(name) else {
            throw NetworkError("no constant named '\(name)'")
        }
        for trial in trials.dropFirst() {
            if let other = trial.known[name], try !other.isBitwiseEqual(to: value) {
                throw NetworkError("the constant '\(name)' depends on the number of pictures")
            }
        }
        return value
    }

    /// Weights by their place; other numbers of the file where they are more than one.
    private func role(_ name: String, _ operation: Operator, _ place: Int) throws -> Parameter.Role
    {
        let tensor = try value(of: name)
        guard tensor.dtype == .float32 else { return .constant }
        if operation.weights?.contains(place) == true { return .trained }
        if operation.statistics?.contains(place) == true { return .statistic }
        return model.initializers[name] != nil && tensor.count > 1 ? .trained : .constant
    }

    /// Numbers of the nodes that the outputs need.
    private func live() throws -> [Int] {
        var wanted = Set(model.outputs.map(\.name))
        var indices: [Int] = []
        for (index, node) in trials[0].nodes.enumerated().reversed() {
            guard let node, node.outputs.contains(where: wanted.contains) else { continue }
            indices.append(index)
            wanted.formUnion(node.inputs)
        }
        for output in model.outputs where trials[0].shapes[output.name] == nil {
            throw NetworkError("the output '\(output.name)' does not depend on the pictures")
        }
        return indices.reversed()
    }

    /// One node of all passes: equal settings stay, sizes of the batch become -1.
    private func merged(_ index: Int) throws -> Node {
        guard var node = trials[0].nodes[index] else { throw NetworkError("node \(index) is gone") }
        for (key, value) in node.attributes {
            let others = trials.dropFirst().compactMap { $0.nodes[index]?.attributes[key] }
            guard others.count == trials.count - 1 else {
                throw node.problem("its \(key) depends on the number of pictures")
            }
            if others.allSatisfy({ $0 == value }) { continue }
            let all = try trials.map { try $0.nodes[index]?.ints(key) ?? [] }
            node.attributes[key] = .ints(try merged(all, key, node))
        }
        if node.type == "Reshape" { node.attributes["allowzero"] = nil }
        return node
    }

    private func merged(_ all: [[Int]], _ key: String, _ node: Node) throws -> [Int] {
        var result = all[0]
        for place in result.indices {
            let values = all.map { place < $0.count ? $0[place] : 0 }
            if values.allSatisfy({ $0 == values[0] }) { continue }
            let isBatch = zip(values, trials).allSatisfy { $0 == $1.batch }
            guard node.type == "Reshape" || (node.type == "Expand" && isBatch) else {
                throw node.problem("its \(key) depends on the number of pictures")
            }
            result[place] = -1
        }
        guard result.filter({ $0 == -1 }).count <= 1 else {
            throw node.problem("two sizes of its \(key) depend on the number of pictures")
        }
        return result
    }
}
