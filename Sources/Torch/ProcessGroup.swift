import CTorch

/// Processes that train one network together, on one machine or several: libtorch's c10d with Gloo.
///
/// Every process of a group makes the same calls in the same order; where one of them is gone, a call of the others
/// throws `TorchError`.
package final class ProcessGroup {
    /// Which of the processes this is, from 0.
    package let rank: Int
    /// How many there are.
    package let size: Int
    let handle: wt_group?

    /// Where the processes of a group meet.
    package struct MeetingPoint: Sendable, Equatable {
        package var host: String
        package var port: Int
        /// Whether a program beside the processes answers there (torchrun does); else process 0 answers.
        package var isServed = false
        /// Which attempt of these processes it is: what an earlier one left there is not read.
        package var attempt = "0"

        package init(host: String, port: Int) { (self.host, self.port) = (host, port) }
    }

    /// Meets the other processes.
    ///
    /// - Parameter patience: seconds after which a process that does not come, or does not answer, counts as lost.
    package init(
        rank: Int, size: Int, at point: MeetingPoint, patience: Double = 600
    ) throws {
        (self.rank, self.size) = (rank, size)
        var handle: wt_group?
        try check("join_process_group") {
            wt_group_join(
                &handle, point.host, Int32(point.port), Int32(rank), Int32(size),
                rank == 0 && !point.isServed, "winnow/\(point.attempt)", patience)
        }
        self.handle = handle
    }

    deinit { wt_group_free(handle) }

    package enum Reduction: Int32, Sendable {
        case sum = 0
        case min = 1
        case max = 2
    }

    /// The tensor becomes, entry by entry, the sum (the smallest, the largest) over all processes.
    package func reduce(_ tensor: Tensor, _ reduction: Reduction = .sum) throws {
        try check("all_reduce", [tensor]) {
            wt_group_reduce(handle, tensor.handle, reduction.rawValue)
        }
    }

    /// The tensor becomes what it is in one process.
    package func broadcast(_ tensor: Tensor, from root: Int = 0) throws {
        try check("broadcast", [tensor]) {
            wt_group_broadcast(handle, tensor.handle, Int32(root))
        }
    }

    /// Numbers, summed over all processes.
    package func sums(_ values: [Double]) throws -> [Double] {
        let tensor = try Tensor(values, [values.count])
        try reduce(tensor)
        return try tensor.values()
    }

    /// Bytes of process 0, which alone gives them.
    package func bytes(_ own: [UInt8]?) throws -> [UInt8] {
        let count = try Tensor([Int64(own?.count ?? 0)], [1])
        try broadcast(count)
        let length: [Int64] = try count.values()
        let bytes =
            try own.map { try Tensor($0, [$0.count]) } ?? .zeros([Int(length[0])], dtype: .uint8)
        try broadcast(bytes)
        return try bytes.values()
    }

    /// Whether all processes give the same bytes, of which there are as many everywhere.
    package func agree(on bytes: [UInt8]) throws -> Bool {
        let (least, most) = (try Tensor(bytes, [bytes.count]), try Tensor(bytes, [bytes.count]))
        try reduce(least, .min)
        try reduce(most, .max)
        let (low, high): ([UInt8], [UInt8]) = (try least.values(), try most.values())
        return low == high
    }

    /// Whether batch norms that train take their statistics over the pictures of all processes from now on
    /// (torch.nn.SyncBatchNorm); else each over its own.
    ///
    /// - Parameter counts: whether this process's pictures are part of the statistics; it uses them in any case.
    package func synchronizeNorms(_ on: Bool, counting counts: Bool = true) throws {
        try check("synchronize_norms") { wt_synchronise_norms(on ? handle : nil, counts) }
    }
}

/// Averages the gradients of parameters over a group's processes, in buckets, while the backward pass still runs
/// (libtorch's Reducer, the engine of DistributedDataParallel; Li et al. 2020).
package final class GradientReducer {
    private let handle: wt_reducer?
    private let group: ProcessGroup

    /// - Parameter parameters: the same in every process, in the same order; each gets a gradient in every pass.
    package init(_ parameters: [Tensor], in group: ProcessGroup) throws {
        self.group = group
        var handle: wt_reducer?
        try check("reducer", parameters) {
            wt_reducer_new(
                &handle, group.handle, parameters.map { Optional($0.handle) },
                Int32(parameters.count))
        }
        self.handle = handle
    }

    deinit { wt_reducer_free(handle) }

    /// The backward pass: every parameter's gradient is the mean over the processes afterwards.
    package func backward(_ loss: Tensor) throws {
        try check("backward", [loss]) { wt_reducer_backward(handle, loss.handle) }
    }
}
