import Dispatch
import Foundation

/// Independent pieces of work on several threads; the results do not depend on how many.
///
///     let sizes = try Parallel(threads: 8).map(files.count) { try size(files[$0]) }
///
/// Threads take pieces one by one, so uneven ones keep all threads busy. The first error ends the work:
/// no new piece is begun, those under way finish, and the error is thrown.
package struct Parallel: Sendable {
    /// Called with pieces done and in all, from any thread, one call at a time.
    package typealias Progress = @Sendable (_ done: Int, _ total: Int) -> Void

    package let threads: Int
    package var progress: Progress?
    /// Asked before each piece, one call at a time; after true no new piece is begun.
    package var shouldStop: (@Sendable () -> Bool)?

    /// - Parameter threads: one a core unless named; at least one.
    package init(
        threads: Int? = nil, progress: Progress? = nil,
        shouldStop: (@Sendable () -> Bool)? = nil
    ) {
        self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
        self.progress = progress
        self.shouldStop = shouldStop
    }

    /// What `body` gives for 0..<count, in that order; nil for pieces not begun once asked to stop.
    ///
    /// - Parameters:
    ///   - order: the order in which pieces are begun (the longest first, say); each piece once.
    ///   - tools: made on each thread before its first piece, given the thread's number: what pieces
    ///     of one thread share.
    package func map<Tools, Output: Sendable, Failure: Error>(
        _ count: Int, starting order: [Int]? = nil, tools: @Sendable (_ thread: Int) -> Tools,
        _ body: @Sendable (Int, Tools) throws(Failure) -> Output
    ) throws(Failure) -> [Output?] {
        var outputs = [Output?](repeating: nil, count: count)
        let failure = outputs.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let slots = buffer
            return firstFailure(count, order, grain: 1, tools) { index, tools throws(Failure) in
                slots[index] = try body(index, tools)
            }
        }
        if let failure { throw failure }
        return outputs
    }

    /// What `body` gives for 0..<count, in that order; asked to stop, those that were begun.
    package func map<Output: Sendable, Failure: Error>(
        _ count: Int, starting order: [Int]? = nil,
        _ body: @Sendable (Int) throws(Failure) -> Output
    ) throws(Failure) -> [Output] {
        try map(count, starting: order, tools: { _ in }) { index, _ throws(Failure) in
            try body(index)
        }.compactMap { $0 }
    }

    /// Calls `body` for each of 0..<count once.
    ///
    /// - Parameter grain: how many neighbours a thread takes at once, where a piece takes less than a
    ///   microsecond or so.
    package func forEach<Tools, Failure: Error>(
        _ count: Int, grain: Int = 1, tools: @Sendable (_ thread: Int) -> Tools,
        _ body: @Sendable (Int, Tools) throws(Failure) -> Void
    ) throws(Failure) {
        if let failure = firstFailure(count, nil, grain: grain, tools, body) { throw failure }
    }

    /// Calls `body` for each of 0..<count once.
    package func forEach<Failure: Error>(
        _ count: Int, grain: Int = 1, _ body: @Sendable (Int) throws(Failure) -> Void
    ) throws(Failure) {
        try forEach(count, grain: grain, tools: { _ in }) { index, _ throws(Failure) in
            try body(index)
        }
    }

    private func firstFailure<Tools, Failure: Error>(
        _ count: Int, _ order: [Int]?, grain: Int, _ tools: @Sendable (Int) -> Tools,
        _ body: @Sendable (Int, Tools) throws(Failure) -> Void
    ) -> Failure? {
        precondition(grain > 0 && order.map { $0.count == count } ?? true, "each piece once")
        let queue = WorkQueue<Failure>(count, grain, self)
        let workers = min(threads, (count + grain - 1) / grain)
        DispatchQueue.concurrentPerform(iterations: workers) { thread in
            let tools = tools(thread)
            while let taken = queue.next() {
                do throws(Failure) {
                    for place in taken { try body(order?[place] ?? place, tools) }
                    queue.finish(taken.count)
                } catch {
                    queue.stop(error)
                }
            }
        }
        return queue.failure
    }
}

/// Hands out pieces and counts what is done.
private final class WorkQueue<Failure: Error>: @unchecked Sendable {
    private let lock = NSLock()
    private let total: Int
    private let grain: Int
    private let plan: Parallel
    private var taken = 0
    private var done = 0
    private var first: Failure?

    init(_ total: Int, _ grain: Int, _ plan: Parallel) {
        (self.total, self.grain, self.plan) = (total, grain, plan)
    }

    var failure: Failure? { lock.withLock { first } }

    func next() -> Range<Int>? {
        lock.withLock {
            guard taken < total, first == nil, plan.shouldStop?() != true else { return nil }
            let start = taken
            taken = min(total, start + grain)
            return start..<taken
        }
    }

    func finish(_ count: Int) {
        lock.withLock {
            done += count
            plan.progress?(done, total)
        }
    }

    func stop(_ error: Failure) { lock.withLock { first = first ?? error } }
}
