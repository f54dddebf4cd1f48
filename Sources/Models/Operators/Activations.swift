import Torch

extension Operator {
    /// Functions of each element alone, with the softmaxes and dropout.
    static let activations: [Operator] =
        [
            elementwise("Relu") { try relu($0) },
            elementwise("Sigmoid") { try sigmoid($0) },
            elementwise("Tanh") { try tanh($0) },
            elementwise("HardSwish") { try $0.apply(.hardSwish) },
            elementwise("Softplus") { try $0.apply(.softplus) },
            elementwise("Mish") { try $0 * tanh($0.apply(.softplus)) },
            elementwise("Identity") { $0 },
            setting("LeakyRelu") { try leakyReLU($0, slope: $1.float("alpha", 0.01)) },
            setting("Elu") { try elu($0, alpha: $1.float("alpha", 1)) },
            setting("HardSigmoid") { x, node in
                let (alpha, beta) = (try node.float("alpha", 0.2), try node.float("beta", 0.5))
                if beta == 0.5, Float(alpha) == 1 / 6 { return try x.apply(.hardSigmoid) }
                return try (x * alpha + beta).clamped(to: 0...1)
            },
            setting("Gelu") { x, node in
                try x.apply(node.text("approximate", "none") == "tanh" ? .geluTanh : .gelu)
            },
            clip, dropout, prelu, softmax, logSoftmax,
        ]

    /// A function of each element without settings.
    static func elementwise(
        _ name: String, _ function: @escaping @Sendable (Tensor) throws -> Tensor
    ) -> Operator {
        setting(name) { x, _ in try function(x) }
    }

    /// A function of each element.
    static func setting(
        _ name: String, _ function: @escaping @Sendable (Tensor, Node) throws -> Tensor
    ) -> Operator {
        Operator(
            name: name, shape: { [try $0(0)] }, couple: { try $1.same($0) },
            run: { [try function($0(0), $0.node)] })
    }

    private static let clip = {
        var clip = setting("Clip") { x, node in
            try x.clamped(to: node.float("min", -.infinity)...node.float("max", .infinity))
        }
        clip.settings = [1: "min", 2: "max"]
        return clip
    }()

    /// Noise in training, nothing in evaluation.
    private static let dropout = Operator(
        name: "Dropout", settings: [1: "ratio", 2: "training_mode"], shape: { [try $0(0)] },
        couple: { try $1.same($0) },
        run: { call in
            let (x, ratio) = (try call(0), try call.node.float("ratio", 0.5))
            guard call.training, ratio > 0 else { return [x] }
            guard let generator = call.generator else {
                throw call.node.problem("training it needs a generator of random numbers")
            }
            return [try Torch.dropout(x, ratio: ratio, generator)]
        })

    /// ONNX's slope broadcasts to the input: one number, or one a channel as [C, 1, 1].
    private static let prelu = Operator(
        name: "PRelu", weights: 1...1, shape: { [try $0(0)] }, couple: { try $1.broadcast($0) },
        run: { call in
            let (x, slope) = (try call(0), try call(1))
            return [try relu(x) - slope * relu(x * -1)]
        })

    private static let softmax = softmaxLike("Softmax") { try Torch.softmax($0, dim: $1) }
    private static let logSoftmax = softmaxLike("LogSoftmax") {
        try Torch.softmax($0, dim: $1).apply(.log)
    }

    private static func softmaxLike(
        _ name: String, _ function: @escaping @Sendable (Tensor, Int) throws -> Tensor
    ) -> Operator {
        Operator(
            name: name, shape: { [try $0(0)] },
            couple: { node, coupling in
                let rank = try coupling.shape(node.inputs[0]).count
                try coupling.mixing(node, dims: [node.axis(node.int("axis", -1), rank: rank)])
                try coupling.same(node)
            },
            flow: .whole, run: { [try function($0(0), $0.node.int("axis", -1))] })
    }
}
