import Torch

extension Graph {
    /// Names of the running mean and variance of every batch norm.
    package var batchNormStatistics: [(mean: String, variance: String, momentum: Double)] {
        get throws {
            try nodes.filter { $0.type == "BatchNormalization" && $0.inputs.count > 4 }.map {
                ($0.inputs[3], $0.inputs[4], try $0.momentum())
            }
        }
    }

    /// The same network without dropout: batch norms can then be run as in training, and nothing is drawn.
    package var withoutDropout: Graph {
        var graph = self
        for index in graph.nodes.indices where graph.nodes[index].type == "Dropout" {
            let old = graph.nodes[index]
            graph.nodes[index] = Node(
                name: old.name, type: "Identity", inputs: [old.inputs[0]],
                outputs: [old.outputs[0]], attributes: [:])
        }
        return graph
    }
}

extension Model {
    /// Takes the running statistics of every batch norm again from pictures, in place: forward passes as in
    /// training, and the mean of what the batches say (PyTorch's `momentum=None`), each by its size.
    ///
    /// - Parameter forEachBatch: gives batches of pictures; one of a single picture is left out, since
    ///   its variance says nothing.
    /// - Throws: `NetworkError` without batch norms or without pictures.
    package func estimateBatchNorms(
        _ forEachBatch: ((Tensor) throws -> Void) throws -> Void
    ) throws {
        let norms = try graph.batchNormStatistics
        guard !norms.isEmpty else {
            throw NetworkError(
                "the network has no batch norm whose statistics could be taken again (exporters fold "
                    + "them into convolutions)")
        }
        let running = try norms.flatMap { [$0.mean, $0.variance] }.map { try state.require($0) }
        let momenta = norms.flatMap { [$0.momentum, $0.momentum] }
        let counts = try graph.nodes.compactMap { node -> (Tensor, Tensor)? in
            guard case .text(let name)? = node.attributes["num_batches_tracked"],
                let count = state[name]
            else { return nil }
            return (count, try count.clone())
        }
        let executor = try Executor(
            Model(
                graph.withoutDropout, state, classes: classes, masks: masks, metadata: metadata))
        var sums = try running.map { try Tensor.zeros($0.shape, dtype: .float64) }
        var total = 0
        try noGrad {
            try forEachBatch { batch in
                let size = batch.shape[0]
                guard size > 1 else { return }
                for tensor in running { try tensor.fill_(0) }
                _ = try executor.forward(batch, training: true)
                for index in running.indices {
                    // From zero, a batch moves them by momentum times what it says.
                    let found = try running[index].to(dtype: .float64)
                    sums[index] = try sums[index] + found * (Double(size) / momenta[index])
                }
                total += size
            }
            guard total > 0 else {
                throw NetworkError(
                    "no pictures to take batch norms' statistics from: two at least are needed")
            }
            for (tensor, sum) in zip(running, sums) {
                try tensor.copy_((sum * (1 / Double(total))).to(dtype: tensor.dtype))
            }
            for (count, before) in counts { try count.copy_(before) }
        }
    }
}
