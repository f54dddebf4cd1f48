import Testing

@testable import Pruning

@Suite struct PruningScheduleTests {
    @Test(arguments: PruningSchedule.allCases, [1, 2, 5])
    func itStartsWholeAndEndsAtWhatWasAsked(schedule: PruningSchedule, rounds: Int) {
        let left = (0...rounds).map { schedule.left(of: 0.1, after: $0, of: rounds) }
        #expect(left[0] == 1)
        #expect(abs(left[rounds] - 0.1) < 1e-12)
        #expect(zip(left, left.dropFirst()).allSatisfy { $0 > $1 })
        let kept = (1...rounds).map { schedule.kept(of: 0.1, in: $0, of: rounds) }
        #expect(abs(kept.reduce(1, *) - 0.1) < 1e-10)
    }

    /// Zhu & Gupta 2018, equation 1, with s_i = 0, s_f = 0.9 at half of the way: 0.9 + (0 - 0.9) 0.5^3.
    @Test func cubicIsTheirEquation() {
        let sparsity = 1 - PruningSchedule.cubic.left(of: 0.1, after: 2, of: 4)
        #expect(abs(sparsity - (0.9 - 0.9 * 0.125)) < 1e-12)
    }

    /// Frankle & Carbin 2019, section 2: each round takes p^(1/n) of what is left.
    @Test func geometricTakesTheSameShare() {
        let kept = (1...3).map { PruningSchedule.geometric.kept(of: 0.125, in: $0, of: 3) }
        #expect(kept == [0.5, 0.5, 0.5])
    }
}
