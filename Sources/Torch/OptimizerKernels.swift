import CTorch

/// One step of stochastic gradient descent over all parameters, as torch.optim.SGD (dampening 0):
/// g += decay * p; v = momentum * v + g (v = g on the first step); p -= lr * v, or lr * (g + momentum * v).
///
/// Parameters without a gradient stay as they are. A mask (same shape, 0 or 1) takes the gradient out of
/// pruned weights, so that neither momentum nor weight decay can revive them.
///
/// - Parameter loss: where given, its backward pass is part of the step, and parameters of convolutions and batch
///   norms that nothing else reads take theirs where their gradient is made (the same bits, less memory
///   moved): those have no gradient afterwards.
package func sgdStep(
    _ parameters: [Tensor], velocity: [Tensor], masks: [Tensor?], lr: Double, momentum: Double,
    weightDecay: Double, nesterov: Bool, isFirst: Bool, down loss: Tensor? = nil
) throws {
    let step = wt_sgd(
        lr: lr, momentum: momentum, decay: weightDecay, nesterov: nesterov, first: isFirst)
    let handles = parameters.map { Optional($0.handle) }
    let velocity = velocity.map { Optional($0.handle) }
    let masks = masks.map { $0?.handle }
    try check("sgd_step", loss.map { [$0] } ?? []) {
        guard let loss else {
            return wt_sgd_step(handles, velocity, masks, Int32(handles.count), step)
        }
        return wt_backward_sgd(
            loss.handle, handles, velocity, masks, Int32(handles.count), step)
    }
}

/// One step of Adam (Kingma & Ba 2015) over all parameters, as torch.optim.Adam; `step` counts from 1.
package func adamStep(
    _ parameters: [Tensor], first: [Tensor], second: [Tensor], masks: [Tensor?], lr: Double,
    betas: (Double, Double), eps: Double, weightDecay: Double, step: Int
) throws {
    try check("adam_step") {
        wt_adam_step(
            parameters.map { Optional($0.handle) }, first.map { Optional($0.handle) },
            second.map { Optional($0.handle) },
            masks.map { $0?.handle }, Int32(parameters.count), lr, betas.0, betas.1, eps,
            weightDecay,
            Int64(step))
    }
}

/// `sgdStep` after the gradients are made, with the rate in a tensor of one float32 on the parameters' device: what a
/// recorded step reads anew each time. The velocity must be zero before the first step.
package func sgdStep(
    _ parameters: [Tensor], velocity: [Tensor], masks: [Tensor?], rate: Tensor, momentum: Double,
    weightDecay: Double, nesterov: Bool
) throws {
    // Of a velocity of zero the usual step makes what a first one does.
    let step = wt_sgd(
        lr: 0, momentum: momentum, decay: weightDecay, nesterov: nesterov, first: false)
    try check("sgd_step") {
        wt_sgd_step_rated(
            parameters.map { Optional($0.handle) }, velocity.map { Optional($0.handle) },
            masks.map { $0?.handle }, Int32(parameters.count), step, rate.handle)
    }
}

/// `adamStep` with the rate, and the count of steps this one included, in tensors of one float32.
package func adamStep(
    _ parameters: [Tensor], first: [Tensor], second: [Tensor], masks: [Tensor?], rate: Tensor,
    betas: (Double, Double), eps: Double, weightDecay: Double, steps: Tensor
) throws {
    try check("adam_step") {
        wt_adam_step_rated(
            parameters.map { Optional($0.handle) }, first.map { Optional($0.handle) },
            second.map { Optional($0.handle) }, masks.map { $0?.handle },
            Int32(parameters.count), betas.0, betas.1, eps, weightDecay, rate.handle, steps.handle)
    }
}
