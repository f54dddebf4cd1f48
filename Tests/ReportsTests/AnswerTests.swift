import Testing

@testable import Reports
@testable import Studies

@Suite struct AnswerTests {
    private func answer(
        seeds: Int = 3, _ accuracy: (Technique, Double, UInt64) -> Double
    ) throws -> Answer {
        let runs = try (0..<seeds).map(UInt64.init).flatMap { seed in
            try [ReportFixture.run(.unpruned, nil, seed: seed, 60)]
                + [0.5, 0.9].flatMap { amount in
                    try [Technique.percentile, .random].map {
                        try ReportFixture.run(
                            $0, amount, seed: seed, accuracy($0, amount, seed))
                    }
                }
        }
        return Answer(ReportFixture.result(TicketReport(conditions: [], runs: runs)))
    }

    @Test func theMostThatIsShownHarmlessIsNamed() throws {
        let found = try answer { technique, amount, seed in
            60 + 0.2 * Double(seed) - (technique == .random ? 10 : amount == 0.9 ? 8 : 0)
        }
        #expect(found.best?.technique == .percentile && found.best?.amount == 0.5)
        #expect(found.sentence.hasPrefix("50% of the weights"))
        #expect(found.sentence.contains("percentile ticket at 50%"))
    }

    /// A mean within the margin is not enough when the interval reaches below it.
    @Test func wideIntervalsShowNothing() throws {
        let found = try answer { _, _, seed in 60 + [-9.0, 0, 9][Int(seed)] }
        #expect(found.best == nil)
        #expect(found.sentence.hasPrefix("No amount could be shown"))
        let one = try answer(seeds: 1) { _, _, _ in 60 }
        #expect(one.best == nil)
        #expect(one.sentence.contains("(n = 1)"))
    }

    /// Filters that nobody removed are no answer.
    @Test func whatTookNothingAwayIsNoAnswer() throws {
        let runs = try (0..<3).map(UInt64.init).flatMap { seed in
            try [
                ReportFixture.run(.unpruned, nil, seed: seed, 60),
                ReportFixture.run(.distinctiveness, 0.001, seed: seed, 61),
            ]
        }
        let found = Answer(ReportFixture.result(TicketReport(conditions: [], runs: runs)))
        #expect(found.best == nil && found.likeliest == nil)
    }

    /// Half right of two classes is guessing.
    @Test func guessingIsWarnedOf() throws {
        func short(_ accuracy: Double) throws -> [String] {
            let runs = try (0..<3).map {
                try ReportFixture.run(.unpruned, nil, seed: UInt64($0), accuracy)
            }
            let result = ReportFixture.result(TicketReport(conditions: [], runs: runs))
            return Warning.all(StudyRecords(pictures: [result], table: nil)).map(\.short)
        }
        #expect(try short(52).contains("networks that learnt little"))
        #expect(try !short(90).contains("networks that learnt little"))
    }

    @Test func lossesAreCalledLosses() throws {
        let found = try answer { _, _, seed in 40 + Double(seed) * 0.1 }
        #expect(found.sentence.hasPrefix("No amount that was tried kept"))
    }

    @Test func warningsNameWhatToDistrust() throws {
        let report = try ReportFixture.report(
            seeds: 1, leaks: true,
            conditions: [
                "Start weights: a substitute for it", "WARNING: this protocol leaks: badly",
                "Pictures: 675 synthetic scenes", "Reduced: 4 epochs",
            ])
        let records = StudyRecords(pictures: [ReportFixture.result(report)], table: nil)
        let short = Warning.all(records).map(\.short)
        #expect(
            short == [
                "substitute start weights", "a protocol that leaks", "synthetic pictures",
                "a reduced study", "networks that learnt little", "one seed",
            ])
        let story = Story.paragraphs(records, Warning.all(records))
        #expect(story.last?.contains("substitute start weights") == true)
    }
}
