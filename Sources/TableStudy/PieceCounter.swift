import Foundation

/// Counts finished pieces of work from several threads.
final class PieceCounter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0

    /// How many are finished, this one included.
    func next() -> Int {
        lock.withLock {
            count += 1
            return count
        }
    }
}
