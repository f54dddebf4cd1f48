import CTorch

/// Work on a device that is recorded once and then done again with a single call: a CUDA graph on NVIDIA GPUs.
///
/// Every replay reads and writes the same memory as the recording: what changes from step to step is copied into tensors
/// that the work reads. The CPU has no graphs; there a replay runs the work again, which is what tests compare with.
package final class StepGraph {
    private let device: Device
    private var handle: wt_graph?
    private var work: () throws -> [Tensor] = { [] }
    private var outputs: [Tensor] = []
    package private(set) var isRecorded = false

    /// - Throws: `TorchError` where the device has no graphs.
    package init(_ device: Device) throws {
        if device == .mps {
            throw TorchError(operation: "StepGraph", message: "mps cannot record steps")
        }
        self.device = device
    }

    deinit { wt_graph_free(handle) }

    /// Records what `work` asks of the device, none of which is done yet. It must have been done a few times before, on
    /// the same stream, so that libraries have set themselves up.
    ///
    /// - Parameters:
    ///   - generator: what the work draws from; every replay draws anew.
    ///   - work: makes the tensors that `replay` returns. What it reads must live as long as the graph.
    package func record(_ generator: Generator?, _ work: @escaping () throws -> [Tensor]) throws {
        self.work = work
        if device != .cpu { try recordThere(generator) }
        isRecorded = true
    }

    private func recordThere(_ generator: Generator?) throws {
        try check("graph_begin") { wt_graph_begin(&handle, generator?.handle) }
        do {
            outputs = try work()
        } catch {
            // The recording must end in any case; what went wrong first is what is told.
            wt_graph_end(handle)
            throw error
        }
        try check("graph_end") { wt_graph_end(handle) }
    }

    /// Does the work once more.
    ///
    /// - Returns: the tensors of `work`, which the next replay overwrites.
    package func replay() throws -> [Tensor] {
        if device == .cpu { return try work() }
        try check("graph_replay") { wt_graph_replay(handle) }
        return outputs
    }

    /// Runs `body` on a stream of its own, on which work can be recorded.
    package static func onOwnStream<Result>(
        of device: Device, _ body: () throws -> Result
    ) throws -> Result {
        guard case .cuda = device else { return try body() }
        try check("side_stream") { wt_side_stream(device.index, true) }
        let outcome = Swift.Result { try body() }
        try check("side_stream") { wt_side_stream(device.index, false) }
        return try outcome.get()
    }
}
