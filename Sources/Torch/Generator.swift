import CTorch

/// A source of random numbers with its own state, as torch.Generator.
package final class Generator {
    let handle: wt_generator

    /// A generator that starts from `seed`.
    package init(seed: UInt64, device: Device = .cpu) throws {
        var made: wt_generator?
        try check("Generator") { wt_generator_new(&made, seed, device.kind, device.index) }
        guard let made else {
            throw TorchError(operation: "Generator", message: "nothing returned")
        }
        handle = made
    }

    /// Begins anew, as one that was made with `seed`.
    package func restart(seed: UInt64) throws {
        try check("Generator") { wt_generator_seed(handle, seed) }
    }

    deinit {
        wt_generator_free(handle)
    }
}
