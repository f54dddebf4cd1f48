import Models
import Torch

/// The state of an optimiser over named parameters, and its step.
package final class Optimizer {
    private let kind: OptimizerKind
    private let names: [String]
    private let parameters: [Tensor]
    private let masks: [Tensor?]
    /// SGD's velocity, or Adam's first moment.
    private let first: [Tensor]
    /// Adam's second moment; empty for SGD.
    private let second: [Tensor]
    /// Steps taken.
    package private(set) var steps = 0
    /// The same on the device, as Adam's recorded step reads it.
    private var stepsThere: Tensor?

    /// - Parameter masks: parameter name -> 0/1 tensor; others are free.
    package init(_ kind: OptimizerKind, _ parameters: [(String, Tensor)], masks: StateDictionary)
        throws
    {
        self.kind = kind
        names = parameters.map(\.0)
        self.parameters = parameters.map(\.1)
        // In the parameters' own order of memory, so that a step walks all in one pass.
        self.masks = try parameters.map { name, parameter in
            try masks[name].map { given in
                let mask = try Tensor.zeros(like: parameter)
                try mask.copy_(given)
                return mask
            }
        }
        first = try self.parameters.map { try Tensor.zeros(like: $0) }
        if case .adam = kind {
            second = try self.parameters.map { try Tensor.zeros(like: $0) }
        } else {
            second = []
        }
    }

    /// One step down the gradients of the loss, which are then forgotten.
    ///
    /// - Parameter reducer: makes the gradients, where several processes share the step.
    package func step(down loss: Tensor, lr: Double, by reducer: GradientReducer? = nil) throws {
        steps += 1
        if let reducer { try reducer.backward(loss) }
        switch kind {
        case .sgd(let momentum, let weightDecay, let nesterov):
            try sgdStep(
                parameters, velocity: first, masks: masks, lr: lr, momentum: momentum,
                weightDecay: weightDecay, nesterov: nesterov, isFirst: steps == 1,
                down: reducer == nil ? loss : nil)
        case .adam(let beta1, let beta2, let eps, let weightDecay):
            if reducer == nil { try loss.backward() }
            try adamStep(
                parameters, first: first, second: second, masks: masks, lr: lr,
                betas: (beta1, beta2), eps: eps, weightDecay: weightDecay, step: steps)
        }
        for parameter in parameters { try parameter.clearGrad() }
    }

    /// The same with a rate that lies on the device, where steps are counted too: a recorded step asks for this once and
    /// is then replayed. Whoever takes it, or replays it, tells `counted()`.
    package func step(down loss: Tensor, rate: Tensor) throws {
        try loss.backward()
        switch kind {
        case .sgd(let momentum, let weightDecay, let nesterov):
            try sgdStep(
                parameters, velocity: first, masks: masks, rate: rate, momentum: momentum,
                weightDecay: weightDecay, nesterov: nesterov)
        case .adam(let beta1, let beta2, let eps, let weightDecay):
            let count = try stepsThere ?? .full([], Double(steps), device: rate.device)
            stepsThere = count
            try count.increment_()
            try adamStep(
                parameters, first: first, second: second, masks: masks, rate: rate,
                betas: (beta1, beta2), eps: eps, weightDecay: weightDecay, steps: count)
        }
        for parameter in parameters { try parameter.clearGrad() }
    }

    /// A step was taken whose count lies on the device.
    package func counted() { steps += 1 }

    /// Its tensors, as they go to a file.
    package var state: StateDictionary {
        StateDictionary(
            zip(names, first).map { ("optimizer.first.\($0)", $1) }
                + zip(names, second).map { ("optimizer.second.\($0)", $1) })
    }

    /// Goes on from where a file left it.
    package func restore(_ saved: StateDictionary, steps: Int) throws {
        for (name, tensor) in state.entries { try tensor.copy_(saved.require(name)) }
        restored(steps: steps)
    }

    /// Its tensors were brought by other means.
    package func restored(steps: Int) { (self.steps, stepsThere) = (steps, nil) }
}
