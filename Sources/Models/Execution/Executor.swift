import Torch

/// Runs a model's graph on its tensors, in evaluation or in training with gradients.
///
/// The widths are those of the tensors. Tensors are taken once: training changes them in place.
package final class Executor {
    package let model: Model
    private let plan: Plan
    private let frozen: Bool
    private let constants: [(slot: Int, tensor: Tensor)]
    /// Where dropout draws from in training.
    package var generator: Generator?

    /// Plans the work.
    ///
    /// - Throws: `NetworkError` for an operator that is not known or shapes that do not fit.
    package convenience init(_ model: Model, generator: Generator? = nil) throws {
        try self.init(model, generator: generator, frozen: false)
    }

    /// For evaluation alone, of weights that do not change any more: batch norms are folded into the
    /// convolutions, sums and ReLUs run with them, and weights lie as the kernels read them. What comes out
    /// differs from `init(_:)`'s by rounding. It holds a second copy of the weights.
    package convenience init(frozen model: Model) throws {
        try self.init(model.foldingBatchNorms(), generator: nil, frozen: true)
    }

    private init(_ model: Model, generator: Generator?, frozen: Bool) throws {
        self.model = model
        self.generator = generator
        self.frozen = frozen
        plan = try Plan(model.graph, frozen: frozen)
        let slots = plan.slots
        constants = try model.graph.parameters.compactMap { parameter in
            try slots[parameter.name].map { ($0, try model.state.require(parameter.name)) }
        }
    }

    /// A built-in network in the widths of `state`.
    package convenience init(_ architecture: Architecture, _ state: StateDictionary) throws {
        try self.init(Model(architecture, state))
    }

    /// The tensors that it runs on.
    package var state: StateDictionary { model.state }

    /// Class scores [N, classes] for pictures [N, 3, H, W].
    package func forward(_ x: Tensor, training: Bool) throws -> Tensor {
        guard let first = try outputs(x, training: training).first else {
            throw NetworkError("the network has no output")
        }
        return first
    }

    /// Every output of the network.
    package func outputs(_ x: Tensor, training: Bool) throws -> [Tensor] {
        try run(x, training: training) { _, _ in }
    }

    /// Every output of the network; `seen` gets each value when it is there, by name. Values within fused
    /// steps are not seen.
    @discardableResult
    package func run(
        _ x: Tensor, training: Bool, seen: (String, Tensor) throws -> Void
    ) throws -> [Tensor] {
        if let fixed = model.graph.fixedBatch, x.shape.first != fixed {
            throw NetworkError(
                "the network takes \(fixed) pictures at once, not \(x.shape.first ?? 0): its file "
                    + "fixes that number; export it with a dynamic batch")
        }
        if frozen, training { throw NetworkError("frozen weights cannot be trained") }
        var values = [Tensor?](repeating: nil, count: plan.count)
        for (slot, tensor) in constants { values[slot] = tensor }
        if let slot = plan.slots[model.graph.input.name] { values[slot] = x }
        for step in plan.steps {
            try run(step, &values, batch: x.shape.first ?? 1, training: training)
            for (slot, name) in zip(step.outputs, step.names) {
                if let value = values[slot] { try seen(name, value) }
            }
            for slot in step.frees { values[slot] = nil }
        }
        return try model.graph.outputs.map { name in
            guard let slot = plan.slots[name], let value = values[slot] else {
                throw NetworkError("the output '\(name)' was not computed")
            }
            return value
        }
    }

    private func run(
        _ step: Plan.Step, _ values: inout [Tensor?], batch: Int, training: Bool
    ) throws {
        let inputs = step.inputs.map { $0.flatMap { values[$0] } }
        let call = Call(
            node: step.node, inputs: inputs, batch: batch, training: training,
            generator: generator)
        if training { try track(step.node) }
        let residual = step.residual.flatMap { values[$0] }
        switch step.fusion {
        case .norm(let momentum, let eps):
            values[step.outputs[0]] = try batchNormReLU(
                call(0), weight: call(1), bias: call(2), runningMean: call(3), runningVar: call(4),
                residual: residual, training: training, momentum: momentum, eps: eps)
            return
        case .pool(let window, let momentum, let eps) where training:
            values[step.outputs[1]] = try batchNormReLUMaxPool(
                call(0), weight: call(1), bias: call(2), runningMean: call(3), runningVar: call(4),
                kernel: window.kernel, stride: window.stride, padding: window.padding,
                momentum: momentum, eps: eps)
            return
        case .pool(let window, let momentum, let eps):
            let open = try batchNormReLU(
                call(0), weight: call(1), bias: call(2), runningMean: call(3), runningVar: call(4),
                training: false, momentum: momentum, eps: eps)
            values[step.outputs[0]] = open
            values[step.outputs[1]] = try maxPool2d(
                open, kernel: window.kernel, stride: window.stride, padding: window.padding)
            return
        case .convolution(let weights, let limits):
            values[step.outputs[0]] = try Operator.convolve(call, weights, residual, limits)
            return
        case nil: break
        }
        if let passed = step.passed {
            let (y, x) = try Operator.convolve(call, passingOn: true)
            (values[step.outputs[0]], values[passed]) = (y, x)
            return
        }
        for (slot, tensor) in zip(step.outputs, try step.operation.run(call)) {
            values[slot] = tensor
        }
    }

    /// Counts a batch where a batch norm does, as torch.nn.BatchNorm2d.
    private func track(_ node: Node) throws {
        guard case .text(let name)? = node.attributes["num_batches_tracked"],
            let count = model.state[name]
        else { return }
        try noGrad { try count.increment_() }
    }
}
