import Foundation
import Torch

/// Whether threads that wait for each other stall: on shared virtual machines a waiting thread that
/// spins can keep the one it waits for from running.
package struct ThreadProbe: Sendable {
    package let threads: Int
    /// Seconds of a round of small operations: median and slowest.
    package let median: Double
    package let slowest: Double

    /// A round that takes longer than this many medians is a stall.
    package static let limit = 3.0

    package var stalls: Bool { slowest > Self.limit * median }

    /// Runs `rounds` of 400 small operations, each shared among `threads`: about two seconds in all.
    package static func run(threads: Int, rounds: Int = 40) throws -> ThreadProbe {
        let before = Runtime.threads
        defer { Runtime.threads = before }
        Runtime.threads = threads
        let values = try Tensor.ones([1 << 17])
        let step = try Tensor.full([1 << 17], 0.5)
        func round() throws -> Double {
            try ContinuousClock().measure {
                for _ in 0..<400 { try values.add_(step, alpha: 1e-6) }
            } / .seconds(1)
        }
        for _ in 0..<3 { _ = try round() }
        let times = try (0..<rounds).map { _ in try round() }.sorted()
        return ThreadProbe(threads: threads, median: times[rounds / 2], slowest: times[rounds - 1])
    }
}
