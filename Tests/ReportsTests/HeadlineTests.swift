import Findings
import Statistics
import Testing

@testable import Reports
@testable import Studies

@Suite struct HeadlineTests {
    private func headline(
        seeds: Int = 6, unpruned: (UInt64) -> Double = { _ in 60 },
        _ accuracy: (StudyTechnique, Double, UInt64) -> Double
    ) throws -> Headline {
        let runs = try (0..<seeds).map(UInt64.init).flatMap { seed in
            try [ReportFixture.run(.unpruned, nil, seed: seed, unpruned(seed))]
                + [0.5, 0.9].flatMap { amount in
                    try [StudyTechnique.percentile, .random].map {
                        try ReportFixture.run(
                            $0, amount, seed: seed, accuracy($0, amount, seed))
                    }
                }
        }
        let report = TicketReport(
            conditions: Conditions(), runs: runs, protocolName: "leak-free")
        return Headline(StudyRecords(pictures: [ReportFixture.result(report)], table: nil))
    }

    @Test func theMostThatIsShownHarmlessIsNamed() throws {
        let found = try headline { technique, amount, seed in
            60 + 0.2 * Double(seed) - (technique == .random ? 10 : amount == 0.9 ? 8 : 0)
        }
        #expect(found.sentence == "50% of the weights could go without losing accuracy.")
        #expect(found.detail.hasPrefix("Percentile ticket 50%, leak-free: +0.5 ["))
        #expect(found.detail.contains("A loss under 3 points counts as none"))
    }

    /// A mean within the margin is not enough when the interval reaches below it, or with few seeds.
    @Test func whatIsNotShownIsNotSaid() throws {
        let wide = try headline { _, _, seed in 60 + [-9.0, 0, 9, -9, 0, 9][Int(seed)] }
        #expect(wide.sentence == "No amount could be shown to go without losing accuracy.")
        let few = try headline(seeds: 3) { _, _, _ in 60 }
        #expect(few.sentence == wide.sentence)
        #expect(few.detail.contains("cannot tell from n = 3: 6 are needed"))
    }

    @Test func lossesAreCalledLosses() throws {
        let found = try headline { _, _, seed in 40 + Double(seed) * 0.1 }
        #expect(found.sentence == "No amount that was tried kept the accuracy.")
    }

    /// Half right of two classes is guessing: there is nothing to lose, and nothing to say.
    @Test func guessingIsSaidFirst() throws {
        let found = try headline(unpruned: { 49 + Double($0 % 3) }) { _, _, _ in 50 }
        #expect(found.sentence.hasPrefix("Nothing can be said of pruning here"))
        #expect(found.detail.contains("guessing among 2 classes is right on 50%"))
    }

    /// Five lines, of which the first is the unpruned network's; the answer's is among them.
    @Test func theTableIsShort() throws {
        let result = ReportFixture.result(try ReportFixture.report(seeds: 6, tuned: true))
        let table = SummaryTable(result, []).table
        #expect(table.rows.count == 5 && table.rows[0][0] == "unpruned")
        #expect(table.rows.allSatisfy { $0.count == table.header.count })
        let best = try #require(result.answer.best)
        #expect(table.rows.contains { $0[0] == best.name && $0[4] == "no" })
        #expect(!table.header.contains("ms a picture"))
    }

    /// One screen: whatever was found fits on it.
    @Test func theScreenIsAScreen() throws {
        let records = StudyRecords(
            pictures: try [false, true].map {
                ReportFixture.result(
                    try ReportFixture.report(
                        seeds: 6, leaks: $0, conditions: ["Reduced: 4 epochs"], tuned: true))
            }, table: nil)
        let text = Screen(ReportContents(records, machine: "here"), records).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 24)
        #expect(lines.allSatisfy { $0.count <= 100 }, "\(text)")
        for words in ["could go without losing", "unpruned", "What to distrust: ", "(leak-free)."] {
            #expect(text.contains(words), "\(words)")
        }
    }
}

@Suite struct WarningsTests {
    private func warnings(_ reports: [TicketReport]) -> Warnings {
        Warnings(StudyRecords(pictures: reports.map(ReportFixture.result), table: nil))
    }

    /// At most five lines, the gravest first; all of it in full besides.
    @Test func theGravestComeFirst() throws {
        var conditions = Conditions()
        conditions.dataProtocol = .init(name: "as-paper", leaks: true)
        conditions.data = .init(
            pictures: 10, classes: 2, size: 32, fingerprint: "f", groupRule: "none", copies: 0,
            synthetic: "Rendered people.")
        conditions.starts = [.init(architecture: "resnet18", kind: .file)]
        conditions.reductions = [Reduction(.seeds(1))]
        conditions.warnings = ["The disk was full."]
        let runs = try ReportFixture.report(seeds: 1, leaks: true).runs
        let found = warnings([
            TicketReport(conditions: conditions, runs: runs, protocolName: "as-paper")
        ])
        #expect(
            found.lines.map(\.short) == [
                "a protocol that leaks", "a warning", "synthetic pictures",
                "substitute start weights",
                "also",
            ])
        #expect(found.lines.map(\.rank) == found.lines.map(\.rank).sorted())
        #expect(found.lines.last?.text == "one seed and a reduced study.")
        #expect(found.kinds.count == 6 && !found.kinds.contains("also"))
        #expect(found.details.count == 6 && found.details.contains { $0.contains("1 seed") })
    }

    /// What holds for all protocols is said once; what holds for one names it.
    @Test func theSameIsSaidOnce() throws {
        let reports = try [false, true].map {
            try ReportFixture.report(seeds: 6, leaks: $0, conditions: ["Reduced: 4 epochs"])
        }
        let found = warnings(reports)
        let reduced = found.lines.filter { $0.short == "a reduced study" }
        #expect(reduced.map(\.text) == ["Reduced: 4 epochs."])
        let leak = try #require(found.lines.first { $0.short == "a protocol that leaks" })
        #expect(leak.text.contains("as-paper") && !leak.text.contains("leak-free:"))
    }

    @Test func sentencesAreCutAtTheirEnd() {
        let text = "A first sentence of some words. Then another."
        #expect(Warnings.firstSentence(text) == "A first sentence of some words.")
        #expect(
            Warnings.firstSentence("SHA. of 0.5 points in all here. More.")
                == "SHA. of 0.5 points in all here.")
        #expect(Warnings.firstSentence("One only") == "One only")
    }
}
