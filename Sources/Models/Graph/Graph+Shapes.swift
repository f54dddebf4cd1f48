import Formats

extension Graph {
    /// The shape of every value for a batch of `batch` pictures of `height` x `width`.
    ///
    /// - Throws: `NetworkError` when a node cannot take what comes to it.
    package func shapes(batch: Int, height: Int? = nil, width: Int? = nil) throws -> [String: Shape]
    {
        var known = Dictionary(
            uniqueKeysWithValues: parameters.map { ($0.name, $0.shape) })
        for input in inputs {
            known[input.name] = try Self.shape(of: input, batch, height, width)
        }
        for node in nodes {
            let call = ShapeCall(node: node, inputs: node.inputs.map { known[$0] }, batch: batch)
            for (name, shape) in zip(node.outputs, try Operator.of(node).shape(call)) {
                known[name] = shape
            }
        }
        return known
    }

    /// The sizes of an input with the free ones filled in.
    static func shape(
        of input: ONNXValue, _ batch: Int, _ height: Int?, _ width: Int?
    ) throws -> Shape {
        guard let shape = input.shape, !shape.isEmpty else {
            throw NetworkError("the input '\(input.name)' has no shape; expected [batch, 3, H, W]")
        }
        guard shape.count == 4 else {
            return try [batch]
                + shape.dropFirst().map {
                    guard let size = $0 else {
                        throw NetworkError(
                            "the input '\(input.name)' is \(shape): sizes are missing")
                    }
                    return size
                }
        }
        guard let height = height ?? shape[2], let width = width ?? shape[3],
            let channels = shape[1]
        else {
            throw NetworkError(
                "the input '\(input.name)' leaves the pictures' size open: say it (`size`)")
        }
        return [batch, channels, height, width]
    }
}
