import Testing

@testable import Pruning

/// The search for a share of the time, with times that are made up.
@Suite struct LatencySearchTests {
    /// Time falls in steps, as widths do, with a little noise: what is found is within 5% of what was asked.
    @Test(arguments: [0.75, 0.5, 0.3])
    func theShareIsMetWithinFivePercent(_ asked: Double) throws {
        var calls = 0
        func time(_ amount: Double) -> Double {
            calls += 1
            let width = ((1 - amount) * 64).rounded(.up) / 64
            return (0.1 + 0.9 * width * width) * (1 + 0.01 * (calls % 2 == 0 ? 1 : -1))
        }
        let amount = try LatencySearch.amount("words", asked, measure: time)
        #expect(abs(time(amount) / asked - 1) < 0.05)
        #expect(calls <= 12)
    }

    @Test func whatCannotBeFastEnoughIsRefused() {
        let error = #expect(throws: PruningError.self) {
            _ = try LatencySearch.amount("l2-norm", 0.2) { 1 - 0.5 * $0 }
        }
        #expect(error?.description.contains("latency cannot be brought to 20.0%") == true)
        #expect(error?.description.contains("50.0% of the time") == true)
    }
}
