import Dispatch
import Foundation

/// Does one piece of work for each index, on several threads, each with tools of its own.
struct SideBySide: Sendable {
    var threads: Int
    /// Called with pieces done and in all, from any thread, one call at a time.
    var progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
    /// Asked before each piece; after true no new piece is begun.
    var shouldStop: @Sendable () -> Bool = { false }

    /// - Parameter tools: made once on each thread.
    /// - Returns: the results in order; nil for pieces that were not begun.
    func map<Tools, Output: Sendable>(
        _ count: Int, tools: @Sendable () -> Tools, _ body: @Sendable (Int, Tools) -> Output
    ) -> [Output?] {
        let queue = Queue(total: count, plan: self)
        return [Output?](unsafeUninitializedCapacity: count) { buffer, filled in
            buffer.initialize(repeating: nil)
            nonisolated(unsafe) let slots = buffer
            let workers = min(max(1, threads), max(1, count))
            DispatchQueue.concurrentPerform(iterations: workers) { _ in
                let tools = tools()
                while let index = queue.next() {
                    slots[index] = body(index, tools)
                    queue.finish()
                }
            }
            filled = count
        }
    }

    /// Hands out indices one by one and counts what is done.
    private final class Queue: @unchecked Sendable {
        private let lock = NSLock()
        private let total: Int
        private let plan: SideBySide
        private var taken = 0
        private var done = 0

        init(total: Int, plan: SideBySide) {
            self.total = total
            self.plan = plan
        }

        func next() -> Int? {
            lock.withLock {
                guard taken < total, !plan.shouldStop() else { return nil }
                taken += 1
                return taken - 1
            }
        }

        func finish() {
            lock.withLock {
                done += 1
                plan.progress?(done, total)
            }
        }
    }
}
