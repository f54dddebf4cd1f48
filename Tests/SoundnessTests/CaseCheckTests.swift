import Testing
import Torch

@testable import Soundness

/// One case against float64, and what counts as right.
@Suite struct CaseCheckTests {
    /// A tenth of the quick list here; `DoctorCallTests` does all of it in a process of its own.
    @Test func winnowsConvolutionsAreThoseOfFloat64() throws {
        let cases = ConvolutionCase.list(.quick)
        for at in stride(from: 0, to: cases.count, by: 10) {
            let outcome = try CaseCheck.outcome(cases[at], .winnow)
            #expect(outcome.isRight, "\(cases[at]): \(outcome)")
        }
    }

    @Test func whatIsOffOrNoNumberOrUnsteadyIsNotRight() {
        #expect(CaseOutcome(errors: [1e-7, 1e-6, 1e-5], repeats: true).isRight)
        #expect(!CaseOutcome(errors: [1e-7, 1e-6, 0.2], repeats: true).isRight)
        #expect(!CaseOutcome(errors: [.infinity, 0, 0], repeats: true).isRight)
        #expect(!CaseOutcome(errors: [.nan, 0, 0], repeats: true).isRight)
        #expect(!CaseOutcome(errors: [0, 0, 0], repeats: false).isRight)
    }

    @Test func theProbeTimesItsRounds() throws {
        let before = Runtime.threads
        let probe = try ThreadProbe.run(threads: 2, rounds: 5)
        #expect(probe.median > 0 && probe.slowest >= probe.median)
        #expect(Runtime.threads == before)
    }
}
