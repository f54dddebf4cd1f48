import Datasets
import Findings
import Foundation
import Pruning
import Statistics
import Testing

@testable import Studies
@testable import Training

/// A made-up run whose accuracies, in percent, are what we say.
func ticketRun(
    _ technique: StudyTechnique, _ amount: Double? = nil, seed: UInt64, validation: [Double],
    test: Double? = nil, removed: Double? = nil, answers: Answers? = nil
) throws -> TechniqueRun {
    func metrics(_ accuracy: Double) -> Metrics {
        var confusion = ConfusionMatrix(classes: 7)
        for index in 0..<1000 {
            confusion.add(truth: 0, predicted: Double(index) < accuracy * 10 ? 0 : 1)
        }
        return Metrics(loss: 1, confusion)
    }
    let history = validation.enumerated().map { epoch, accuracy in
        EpochRecord(
            epoch: epoch + 1, learningRate: 0.001, trainLoss: 1, trainAccuracy: 0.5,
            evaluation: metrics(accuracy))
    }
    let kept = Int((1000 * (1 - (removed ?? amount ?? 0))).rounded())
    let mask = try LayerMask(
        name: "conv1.weight", shape: [100, 10, 1, 1],
        bytes: (0..<1000).map { $0 < kept ? 1 : 0 })
    return TechniqueRun(
        technique: technique, amount: amount, angle: nil, seed: seed,
        pruning: amount == nil ? nil : PruningRecord(try Masks([mask])),
        training: TrainingRecord(
            history: history, test: test.map(metrics), trainCount: 100, validationCount: 1000,
            answers: answers),
        target: 0.5, stage: "s")
}

@Suite struct PictureClaimTests {
    /// A study of all amounts; `loss` says how much less than unpruned (50%) a technique gets.
    private func findings(
        seeds: Int = 6, amounts: [Double] = [0.1, 0.25, 0.3, 0.5, 0.7, 0.9], level: Double = 50,
        idle: Bool = false, _ loss: (StudyTechnique, Double) -> Double
    ) throws -> [String: Finding] {
        let runs = try (0..<seeds).flatMap { seed -> [TechniqueRun] in
            let noise = Double(seed) * 0.1
            func run(_ technique: StudyTechnique, _ amount: Double?, _ end: Double) throws
                -> TechniqueRun
            {
                let wobble = technique == .random ? noise / 2 : noise
                let byAngle = idle && [.distinctiveness, .matched].contains(technique)
                return try ticketRun(
                    technique, amount, seed: UInt64(seed), validation: [end / 2, end + wobble],
                    test: end + wobble, removed: byAngle ? 0.001 : nil)
            }
            let pruned = StudyTechnique.all.filter { $0.method != nil }
            return try [run(.unpruned, nil, level), run(.control, nil, level)]
                + amounts.flatMap { amount in
                    try pruned.map { try run($0, amount, level - loss($0, amount)) }
                }
        }
        let found = PictureFindings(TicketReport(conditions: Conditions(), runs: runs))
        return Dictionary(uniqueKeysWithValues: found.findings.map { ($0.claim.id, $0) })
    }

    private func paper(_ technique: StudyTechnique, _ amount: Double) -> Double {
        switch technique {
        case .percentile: amount > 0.5 ? 10 : 0
        case .random: amount > 0.1 ? 20 * amount + 5 : 0
        case .asThePaper, .matched, .matchedByOrder: amount > 0.5 ? 10 : 0
        default: amount >= 0.5 ? 35 : 1
        }
    }

    /// What the paper saw is supported, every claim of it.
    @Test func thePapersPictureSupportsItsClaims() throws {
        let found = try findings(paper)
        #expect(found.count == PictureClaims.all.count)
        for (claim, finding) in found { #expect(finding.verdict == .supported, "\(claim)") }
    }

    @Test func theOppositeContradictsThem() throws {
        let found = try findings { technique, amount in
            switch technique {
            case .percentile, .asThePaper, .matched: amount <= 0.5 ? 10 : 0
            case .random: amount == 0.1 ? 12 : 8 - 10 * amount
            default: amount >= 0.5 ? 0 : 9
            }
        }
        // The unpruned network's mean accuracy is the paper's here too, and the slope is mixed.
        for (claim, finding) in found where !["mean-accuracy", "random-loses-more"].contains(claim)
        {
            #expect(finding.verdict == .contradicted, "\(claim)")
        }
    }

    @Test func fewerThanSixSeedsJudgeNothing() throws {
        for seeds in [1, 3, 5] {
            for (claim, finding) in try findings(seeds: seeds, paper) {
                #expect(finding.verdict == .untested, "\(claim)")
                #expect(finding.says.contains("n = \(seeds)"), "\(claim): \(finding.says)")
            }
        }
    }

    @Test func missingAmountsAreNotRun() throws {
        let found = try findings(amounts: [0.6], paper)
        for claim in ["tickets-match", "tickets-fail", "percentile-at-few"] {
            #expect(found[claim]?.refusal == .notRun, "\(claim)")
        }
    }

    /// An angle that takes nothing is not judged; merging by order takes its place, and is named.
    @Test func anAngleThatTakesNothingGivesWayToOrder() throws {
        let found = try findings(idle: true) { technique, amount in
            technique == .distinctiveness ? 0 : paper(technique, amount)
        }
        let half = try #require(found["distinctiveness-at-half"])
        #expect(half.verdict == .supported)
        #expect(half.note?.contains("by merging order") == true)
        #expect(half.note?.contains("took 0.1% of the weights") == true)
        #expect(found["matched-beats-distinctiveness"]?.verdict == .supported)
    }

    /// Networks that guess decide nothing, whatever pruning does to them.
    @Test func networksThatGuessDecideNothing() throws {
        // Seven classes: guessing is right on 14.3%.
        let runs = try (0..<6).flatMap { seed in
            [
                try ticketRun(.unpruned, seed: seed, validation: [14], test: 14),
                try ticketRun(.percentile, 0.5, seed: seed, validation: [4], test: 4),
            ]
        }
        let found = PictureFindings(TicketReport(conditions: Conditions(), runs: runs))
        #expect(found.guessing?.isBeaten == false)
        #expect(found.findings.allSatisfy { $0.verdict == .untested })
        #expect(found.answer.sentence.hasPrefix("Nothing can be said of pruning"))
        #expect(found.cautions.first?.short == "networks that learnt little")
        let none = TicketReport(conditions: Conditions(), runs: [])
        #expect(PictureFindings(none).guessing == nil)
    }

    /// Where records hold answers, the number is over pictures; churn is the share that changed.
    @Test func answersGiveChurnAndAnIntervalOverPeople() throws {
        let pictures = 60
        let runs = try (0..<6).flatMap { seed -> [TechniqueRun] in
            let samples = (0..<pictures).map { Sample(picture: $0 + pictures * Int(seed)) }
            func answers(_ wrong: (Int) -> Bool) -> Answers {
                Answers(
                    samples, labels: samples.map { $0.picture % 2 },
                    given: samples.map { wrong($0.picture) ? 2 : $0.picture % 2 })
            }
            return [
                try ticketRun(
                    .unpruned, seed: UInt64(seed), validation: [80], test: 80,
                    answers: answers { $0 % 5 == 0 }),
                try ticketRun(
                    .percentile, 0.5, seed: UInt64(seed), validation: [60], test: 60,
                    answers: answers { $0 % 5 < 2 }),
            ]
        }
        let groups = (0..<(6 * pictures)).map { $0 / 6 }
        let report = TicketReport(conditions: Conditions(), runs: runs, groups: groups)
        let arm = try #require(
            PictureFindings(report).arms.first { $0.technique == StudyTechnique.percentile.name })
        let loss = try #require(arm.loss)
        #expect(abs(loss.estimate.mean + 20) < 1e-9)
        #expect(loss.estimate.groups == 60 && loss.estimate.pictures == 360)
        #expect(abs(try #require(loss.churn) - 0.2) < 1e-12)
        #expect(loss.wins?.value == 0)
        #expect(loss.signFlip == 0.03125)
        // The same pictures in another order cannot be paired: the seeds alone are.
        var mixed = runs
        mixed[0] = try ticketRun(
            .unpruned, seed: 0, validation: [80], test: 80,
            answers: Answers([Sample(picture: 0)], labels: [0], given: [0]))
        let bare = PictureFindings(
            TicketReport(conditions: Conditions(), runs: mixed, groups: groups))
        #expect(bare.arms.first { $0.loss != nil }?.loss?.estimate.pictures == nil)
    }

    /// Under as-paper there is no test part: the best validation epoch counts.
    @Test func accuracyIsTheTestPartsWhereThereIsOne() throws {
        let validation = [30.0, 60, 40]
        #expect(try ticketRun(.unpruned, seed: 0, validation: validation, test: 45).accuracy == 45)
        #expect(try ticketRun(.unpruned, seed: 0, validation: validation).accuracy == 60)
        let mean = try ticketRun(.unpruned, seed: 0, validation: validation).meanAccuracy
        #expect(abs(mean - 130 / 3) < 1e-9)
    }

    @Test func theSlopeIsLeastSquares() {
        func slope(_ x: [Double], _ y: [Double]) -> Double {
            zip(PictureClaims.slopeWeights(x), y).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(abs(slope([0, 1, 2], [1, 3, 5]) - 2) < 1e-12)
        // numpy.polyfit([0.1, 0.3, 0.9], [2, 1, 4], 1)[0]
        #expect(abs(slope([0.1, 0.3, 0.9], [2, 1, 4]) - 3.076923076923077) < 1e-12)
    }
}
