import Foundation
import Models
import Torch

/// Processes that train one network together: each has the whole network and takes its part of every step's pictures
/// (data parallel). `batchSize` counts the pictures of all of them.
package struct Team {
    package let group: ProcessGroup
    /// Whether batch norms take their statistics over the step's pictures in all processes (torch.nn.SyncBatchNorm):
    /// what comes out is then what one process would have made. Otherwise each takes its own, and the running
    /// statistics are those of process 0 (as in DistributedDataParallel).
    package let synchronizesNorms: Bool

    package init(_ group: ProcessGroup, synchronizesNorms: Bool) {
        (self.group, self.synchronizesNorms) = (group, synchronizesNorms)
    }

    /// Whether this process writes files and tells what happens.
    package var leads: Bool { group.rank == 0 }

    /// This process's part of a step.
    func share(of range: Range<Int>) -> Range<Int> { group.share(of: range) }

    /// The gradients are averaged over the processes: this makes of the means of unequal parts the mean over all.
    func weight(of range: Range<Int>) -> Double {
        Double(share(of: range).count * group.size) / Double(range.count)
    }

    /// The pictures that this process runs in a step: its part, or where that is empty another's picture, which counts
    /// for nothing.
    func places(of range: Range<Int>) -> Range<Int> {
        let own = share(of: range)
        return own.isEmpty ? range.lowerBound..<(range.lowerBound + 1) : own
    }

    /// Begins a step.
    func begin(_ range: Range<Int>) throws {
        if synchronizesNorms {
            try group.synchronizeNorms(true, counting: !share(of: range).isEmpty)
        }
    }

    /// The fewest pictures of a last step that does not join the one before: two, or where batch norms look at their
    /// process's pictures alone, two (of steps of single pictures, one) for each process.
    func least(batchSize: Int) -> Int {
        if synchronizesNorms { return 2 }
        return batchSize < 2 * group.size ? group.size : 2 * group.size
    }

    /// The fewest pictures of a step over which a batch norm takes its statistics.
    func normCount(_ range: Range<Int>) -> Int {
        synchronizesNorms ? range.count : range.count / group.size
    }

    /// - Throws: `TrainingError` where a process would have nothing to do.
    func check(batchSize: Int, pictures: Int) throws {
        guard batchSize >= group.size, pictures >= group.size else {
            throw TrainingError(
                "\(group.size) processes share a step of `batchSize` \(batchSize) out of \(pictures) training pictures: "
                    + "each needs one at least. Give a larger `batchSize`, or start fewer processes"
            )
        }
    }

    /// Steps' mean losses over all processes, and whether one of them was asked to stop: all stop after the same step.
    func agreed(
        _ losses: [Double], of ranges: ArraySlice<Range<Int>>, stops: Bool
    ) throws -> (losses: [Double], stops: Bool) {
        let own = zip(losses, ranges).map { $0 * Double(share(of: $1).count) }
        let sums = try group.sums(own + [stops ? 1 : 0])
        return (zip(sums, ranges).map { $0 / Double($1.count) }, sums[losses.count] > 0)
    }

    /// Running statistics become those of process 0, where each process has its own.
    func alignNorms(_ model: Model) throws {
        if synchronizesNorms { return }
        for (mean, variance, _) in try model.graph.batchNormStatistics {
            try group.broadcast(model.state.require(mean))
            try group.broadcast(model.state.require(variance))
        }
    }

    /// Runs what all processes do, batch norms as they were asked for.
    ///
    /// - Throws: `TrainingError` where another process is gone.
    package func together<R>(_ body: () throws -> R) throws -> R {
        do {
            try group.synchronizeNorms(synchronizesNorms)
            defer { try? group.synchronizeNorms(false) }
            return try body()
        } catch let error as TorchError where error.isOfGroup {
            throw lost(error)
        }
    }

    private func lost(_ error: TorchError) -> TrainingError {
        TrainingError(
            "process \(group.rank) of \(group.size) lost the others (\(error.message)). One of them ended, failed or cannot "
                + "be reached; what it said tells why. Start all of them again: the finished epochs are taken up"
        )
    }
}

extension ProcessGroup {
    /// This process's part of places, as equal as they can be.
    func share(of range: Range<Int>) -> Range<Int> {
        let start = range.lowerBound
        return (start + range.count * rank / size)..<(start + range.count * (rank + 1) / size)
    }

    /// A loss and what was counted, summed over the processes.
    func sums(
        _ loss: Double, _ confusion: ConfusionMatrix
    ) throws -> (loss: Double, confusion: ConfusionMatrix) {
        let all = try sums([loss] + confusion.counts.map(Double.init))
        return (
            all[0],
            ConfusionMatrix(classes: confusion.classes, counts: all.dropFirst().map { Int($0) })
        )
    }
}

extension TorchError {
    /// Whether it comes of processes that do not answer.
    fileprivate var isOfGroup: Bool {
        ["all_reduce", "broadcast", "reducer", "join_process_group"].contains(operation)
            || message.contains("gloo") || message.contains("onnection")
    }
}
