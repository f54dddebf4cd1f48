/// Something that can be run again and again, and says how long each time took.
package protocol Runner {
    /// Runs once; seconds.
    func run() throws -> Double
    /// The most memory that its process has had so far, in bytes; nil where that cannot be told.
    func peakMemory() throws -> Int?
    /// Ends it.
    func end()
}

/// Several runners by turns: one run of each, then again, so that a stall of the machine, its heat or its
/// neighbours fall on all alike and not on the one that was measured then.
package enum Turns {
    /// The order of one round: forwards and backwards by turns, so that none always runs after the same other.
    package static func order(_ count: Int, round: Int) -> [Int] {
        round % 2 == 0 ? Array(0..<count) : Array((0..<count).reversed())
    }

    /// Seconds of each run, by runner.
    ///
    /// - Parameters:
    ///   - warmUp: rounds that are not counted: caches, memory and the processor's clock settle.
    ///   - ended: is told after every round, of how many.
    package static func run(
        _ runners: [any Runner], repeats: Int, warmUp: Int, ended: (Int, Int) -> Void = { _, _ in }
    ) throws -> [[Double]] {
        var seconds = [[Double]](repeating: [], count: runners.count)
        for round in 0..<(warmUp + repeats) {
            for index in order(runners.count, round: round) {
                let time = try runners[index].run()
                if round >= warmUp { seconds[index].append(time) }
            }
            ended(round + 1, warmUp + repeats)
        }
        return seconds
    }
}
