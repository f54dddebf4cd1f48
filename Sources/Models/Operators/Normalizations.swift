import Torch

extension Operator {
    /// Batch, layer, group and instance normalisation.
    static let normalizations = [
        Operator(
            name: "BatchNormalization", weights: 1...2, statistics: 3...4,
            shape: { call in
                let x = try call(0)
                for index in 1...4 {
                    if try x.count >= 2 && call(index) == [x[1]] { continue }
                    throw call.node.problem("its numbers \(try call(index)) do not fit \(x)")
                }
                return [x]
            },
            couple: { node, coupling in
                try coupling.channelwise(node, 1..<5)
                try coupling.same(node)
            },
            flow: .scaled,
            run: { call in
                [
                    try batchNorm(
                        call(0), weight: call(1), bias: call(2), runningMean: call(3),
                        runningVar: call(4), training: call.training,
                        momentum: call.node.momentum(), eps: call.node.float("epsilon", 1e-5))
                ]
            }),
        Operator(
            name: "LayerNormalization", weights: 1...2, shape: { [try $0(0)] },
            couple: { node, coupling in
                let labels = try coupling.labels(node.inputs[0])
                let axis = try node.axis(node.int("axis", -1), rank: labels.shape.count)
                if labels.dims.contains(where: { $0 >= axis }) { coupling.average(labels.ids) }
                try coupling.broadcast(node)
            },
            flow: .normalized,
            run: { call in
                let x = try call(0)
                let axis = try call.node.axis(call.node.int("axis", -1), rank: x.rank)
                return [
                    try layerNorm(
                        x, shape: Array(x.shape[axis...]), weight: call(1), bias: call.optional(2),
                        eps: call.node.float("epsilon", 1e-5))
                ]
            }),
        Operator(
            name: "GroupNormalization", weights: 1...2,
            shape: { call in
                let x = try call(0)
                let groups = try call.node.int("num_groups", 0)
                guard x.count >= 2, groups > 0, x[1] % groups == 0, try call(1) == [x[1]] else {
                    throw call.node.problem(
                        "\(groups) groups and a scale \(try call(1)) for \(x); expected one number "
                            + "a channel, as opset 21 has it")
                }
                return [x]
            },
            couple: { node, coupling in
                try coupling.channelwise(node, 1..<3)
                let ids = try coupling.vector(node.inputs[0], dim: 1)
                let size = ids.count / max(1, try node.int("num_groups", 1))
                for (place, id) in ids.enumerated() { coupling.join(id, ids[place / size * size]) }
                try coupling.same(node)
            },
            flow: .normalized,
            cut: { node, cut in
                let (before, after) = (cut.old(node.inputs[0])[1], cut.new(node.inputs[0])[1])
                node.attributes["num_groups"] = .int(try node.int("num_groups", 1) * after / before)
            },
            run: { call in
                [
                    try groupNorm(
                        call(0), groups: call.node.int("num_groups", 1), weight: call(1),
                        bias: call(2), eps: call.node.float("epsilon", 1e-5))
                ]
            }),
        Operator(
            name: "InstanceNormalization", weights: 1...2, shape: { [try $0(0)] },
            couple: { node, coupling in
                let labels = try coupling.labels(node.inputs[0])
                if labels.dims.contains(where: { $0 > 1 }) {
                    // Channels within what is normalised as one go together.
                    _ = try coupling.vector(node.inputs[0], dim: 1)
                }
                try coupling.channelwise(node, 1..<3)
                try coupling.same(node)
            },
            flow: .normalized,
            run: { call in
                let x = try call(0)
                return [
                    try groupNorm(
                        x, groups: x.shape[1], weight: call(1), bias: call(2),
                        eps: call.node.float("epsilon", 1e-5))
                ]
            }),
    ]
}

extension Node {
    /// The share of a new batch in the running statistics, as PyTorch counts it: ONNX has the rest, and
    /// 1 - 0.9 is not quite 0.1.
    func momentum() throws -> Double {
        ((1 - (try float("momentum", 0.9))) * 1e9).rounded() / 1e9
    }
}
