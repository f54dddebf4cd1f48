import Foundation

/// Runs independent pieces of work on several threads; the results do not depend on how many.
package struct Workers: Sendable {
    package let threads: Int

    /// One thread a core unless `threads` says otherwise.
    package init(threads: Int? = nil) {
        self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// What `work` gives for 0..<count, in that order; pieces start in the order `starting`, and the
    /// first error stops those not yet begun.
    package func map<Value: Sendable>(
        _ count: Int, starting order: [Int]? = nil, _ work: @Sendable (Int) throws -> Value
    ) throws -> [Value] {
        let queue = WorkQueue<Value>(order ?? Array(0..<count))
        let workers = min(threads, max(count, 1))
        withoutActuallyEscaping(work) { work in
            DispatchQueue.concurrentPerform(iterations: workers) { _ in
                while let piece = queue.next() {
                    queue.finish(piece, Result { try work(piece) })
                }
            }
        }
        return try queue.values(count)
    }
}

/// The pieces still to do and the results so far.
private final class WorkQueue<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var waiting: [Int]
    private var results: [Int: Value] = [:]
    private var failure: (any Error)?

    init(_ order: [Int]) { waiting = order.reversed() }

    func next() -> Int? {
        lock.withLock { failure == nil ? waiting.popLast() : nil }
    }

    func finish(_ piece: Int, _ result: Result<Value, any Error>) {
        lock.withLock {
            switch result {
            case .success(let value): results[piece] = value
            case .failure(let error): failure = failure ?? error
            }
        }
    }

    func values(_ count: Int) throws -> [Value] {
        try lock.withLock {
            if let failure { throw failure }
            return try (0..<count).map {
                guard let value = results[$0] else {
                    throw StudyError("a piece of work is missing")
                }
                return value
            }
        }
    }
}
