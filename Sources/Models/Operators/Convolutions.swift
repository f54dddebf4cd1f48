import Torch

extension Operator {
    /// Conv and ConvTranspose over [N, C, H, W].
    static let convolutions = [
        Operator(
            name: "Conv", weights: 1...2,
            shape: { call in
                let (x, w) = (try call.first(rank: 4), try call(1))
                let groups = try call.node.int("group", 1)
                guard w.count == 4, groups > 0, w[1] * groups == x[1], w[0] % groups == 0 else {
                    throw call.node.problem(
                        "a weight \(w) in \(groups) groups cannot take an input \(x)")
                }
                let window = try WindowSetting(call.node, kernel: Array(w[2...]), input: x)
                return [[x[0], w[0]] + (try window.output(x))]
            },
            cost: { call, outputs in
                try call(1).dropFirst().reduce(outputs[0].reduce(1, *), *)
            },
            couple: { try coupleConvolution($0, &$1) },
            flow: .products,
            cut: { node, cut in
                let (before, after) = (cut.old(node.inputs[1]), cut.new(node.inputs[1]))
                let groups = try node.int("group", 1)
                // Depthwise: a channel is a group.
                if groups > 1, before[1] == 1 {
                    node.attributes["group"] = .int(groups * after[0] / before[0])
                }
            },
            run: { [try convolve($0, passingOn: false).y] }),
        Operator(
            name: "ConvTranspose", weights: 1...2,
            shape: { call in
                let (x, w) = (try call.first(rank: 4), try call(1))
                let groups = try call.node.int("group", 1)
                guard w.count == 4, w[0] == x[1], w[0] % groups == 0 else {
                    throw call.node.problem("a weight \(w) cannot take an input \(x)")
                }
                let setting = try TransposedSetting(call.node, kernel: Array(w[2...]))
                return [[x[0], w[1] * groups] + setting.output(x)]
            },
            cost: { call, outputs in
                try call(1).dropFirst().reduce(call(0).reduce(1, *), *)
            },
            couple: { node, coupling in
                guard try node.int("group", 1) == 1 else {
                    for dim in 0...1 { coupling.fix(try coupling.axis(node.inputs[1], dim)) }
                    return try coupling.fixAll(node)
                }
                let into = try coupling.vector(node.inputs[0], dim: 1)
                coupling.join(try coupling.axis(node.inputs[1], 0), into)
                try coupling.output(node, try coupling.axis(node.inputs[1], 1))
            },
            flow: .products,
            run: { call in
                let (x, w) = (try call(0), try call(1))
                let setting = try TransposedSetting(call.node, kernel: Array(w.shape[2...]))
                return [
                    try convolution(
                        x, w, bias: call.optional(2), window: setting.window,
                        groups: try call.node.int("group", 1), transposed: true,
                        outputPadding: setting.outputPadding)
                ]
            }),
    ]

    /// Conv, and its input for whoever reads it next, with `passingOn` as `conv2dPassingOn` makes it.
    static func convolve(_ call: Call, passingOn: Bool) throws -> (y: Tensor, x: Tensor) {
        let (x, w) = (try call(0), try call(1))
        let window = try WindowSetting(call.node, kernel: Array(w.shape[2...]), input: x.shape)
        let groups = try call.node.int("group", 1)
        let padded = try window.padded(x)
        guard let (stride, padding) = window.square else {
            let y = try convolution(
                padded, w, bias: call.optional(2), window: window.window, groups: groups)
            return (y, x)
        }
        if passingOn, window.extra == nil {
            return try conv2dPassingOn(
                x, w, bias: call.optional(2), stride: stride, padding: padding, groups: groups)
        }
        let y = try conv2d(
            padded, w, bias: call.optional(2), stride: stride, padding: padding, groups: groups)
        return (y, x)
    }

    /// Conv with frozen weights, what is added to it, and limits.
    static func convolve(
        _ call: Call, _ weights: FrozenWeights, _ residual: Tensor?, _ limits: ClosedRange<Float>
    ) throws -> Tensor {
        let (x, w) = (try call(0), try call(1))
        let window = try WindowSetting(call.node, kernel: Array(w.shape[2...]), input: x.shape)
        let groups = try call.node.int("group", 1)
        let y = try window.padded(x)
        if let (stride, padding) = window.square {
            return try weights.conv2d(
                y, w, bias: call.optional(2), residual: residual, limits: limits, stride: stride,
                padding: padding, groups: groups)
        }
        var sum = try convolution(
            y, w, bias: call.optional(2), window: window.window, groups: groups)
        if let residual { sum = try sum + residual }
        return try sum.clamped(to: Double(limits.lowerBound)...Double(limits.upperBound))
    }

    /// Input channels are the weight's dimension 1, output channels its dimension 0. In groups, the
    /// j-th input (and the j-th output) of every group go together, so that the groups stay equal.
    private static func coupleConvolution(_ node: Node, _ coupling: inout Coupling) throws {
        let weight = node.inputs[1]
        let groups = try node.int("group", 1)
        let into = try coupling.vector(node.inputs[0], dim: 1)
        let out = try coupling.axis(weight, 0)
        let (wide, high) = (into.count / groups, out.count / groups)
        if groups > 1, wide == 1 {
            for (place, id) in out.enumerated() { coupling.join(id, into[place / high]) }
        } else {
            let rows = try coupling.axis(weight, 1)
            for (place, id) in into.enumerated() { coupling.join(id, rows[place % wide]) }
            if groups > 1 {
                for (place, id) in out.enumerated() { coupling.join(id, out[place % high]) }
            }
        }
        try coupling.output(node, out)
    }
}

extension Coupling {
    /// Output channels `ids` along dimension 1, with the bias if there is one.
    mutating func output(_ node: Node, _ ids: [Int32]) throws {
        if node.inputs.count > 2, !node.inputs[2].isEmpty {
            join(try axis(node.inputs[2], 0), ids)
        }
        set(node.outputs[0], Labels(rank: 4, dim: 1, ids: ids))
    }
}

/// Strides, padding and dilation of a transposed convolution.
private struct TransposedSetting {
    let window: Window
    let outputPadding: [Int]
    private let kernel: [Int]

    init(_ node: Node, kernel: [Int]) throws {
        let pads = try node.ints("pads") ?? [0, 0, 0, 0]
        guard pads.count == 4, pads[0] == pads[2], pads[1] == pads[3],
            try node.text("auto_pad", "NOTSET") == "NOTSET", node.attributes["output_shape"] == nil
        else {
            throw node.problem("only equal padding on both sides, given as 'pads', is supported")
        }
        self.kernel = kernel
        window = Window(
            stride: try node.ints("strides") ?? [1, 1], padding: [pads[0], pads[1]],
            dilation: try node.ints("dilations") ?? [1, 1])
        outputPadding = try node.ints("output_padding") ?? [0, 0]
    }

    func output(_ x: Shape) -> [Int] {
        (0..<2).map { side in
            (x[2 + side] - 1) * window.stride[side] - 2 * window.padding[side]
                + window.dilation[side] * (kernel[side] - 1) + outputPadding[side] + 1
        }
    }
}
