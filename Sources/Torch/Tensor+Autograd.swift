import CTorch

extension Tensor {
    /// Whether gradients are collected for it.
    package var requiresGrad: Bool { wt_requires_grad(handle) }

    /// Turns the collection of gradients on or off (leaf tensors).
    @discardableResult
    package func requiresGrad_(_ on: Bool = true) throws -> Tensor {
        try check("requires_grad_", [self]) { wt_set_requires_grad(handle, on) }
        return self
    }

    /// Adds the gradient of this scalar to every leaf that it was computed from.
    package func backward() throws {
        try check("backward", [self]) { wt_backward(handle) }
    }

    /// The gradient collected so far; nil before the first `backward`.
    package var grad: Tensor? {
        var handle: wt_tensor?
        guard wt_grad(&handle, self.handle) == 0 else { return nil }
        return handle.map(Tensor.init(handle:))
    }

    /// Forgets the gradient (PyTorch's `zero_grad(set_to_none=True)`).
    package func clearGrad() throws {
        try check("zero_grad", [self]) { wt_set_grad_none(handle) }
    }
}

/// Runs `body` without recording gradients on this thread.
package func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = wt_grad_mode()
    wt_set_grad_mode(false)
    defer { wt_set_grad_mode(before) }
    return try body()
}

/// Whether this thread records gradients.
package var isGradEnabled: Bool { wt_grad_mode() }
