/// Batch norms that a training step gives too little to.
extension Model {
    /// A batch norm that gets one number a channel, whose variance over it does not exist: training would make it,
    /// and the running variance, NaN.
    package struct StarvedNorm: Equatable {
        /// The layer: its parameters' common path.
        package let layer: String
        /// The smallest height and width, of those tried, at which it gets more; nil where none of them does.
        package let enough: Int?
    }

    /// The first batch norm that one step of `batch` pictures starves; nil where there is none.
    ///
    /// - Parameters:
    ///   - height: of the pictures, in pixels.
    ///   - width: of the pictures, in pixels.
    package func starvedNorm(batch: Int, height: Int, width: Int) throws -> StarvedNorm? {
        guard let layer = try graph.starved(batch, height, width) else { return nil }
        let larger = stride(from: (max(height, width) / 16 + 1) * 16, through: 512, by: 16)
        let enough = larger.first { side in
            do { return try graph.starved(batch, side, side) == nil } catch { return false }
        }
        return StarvedNorm(layer: layer, enough: enough)
    }
}

extension Graph {
    /// The layer of the first batch norm that sees one number a channel.
    fileprivate func starved(_ batch: Int, _ height: Int, _ width: Int) throws -> String? {
        let norms = nodes.filter { $0.type == "BatchNormalization" && $0.inputs.count > 1 }
        guard !norms.isEmpty else { return nil }
        let shapes = try shapes(batch: batch, height: height, width: width)
        let starved = norms.first { node in
            guard let shape = shapes[node.inputs[0]], shape.count > 1 else { return false }
            return shape[0] * shape.dropFirst(2).reduce(1, *) == 1
        }
        return starved.map { $0.inputs[1].split(separator: ".").dropLast().joined(separator: ".") }
    }
}
