import Datasets
import Foundation
import Testing

@testable import Studies
@testable import Training

/// A made-up run whose accuracies, in percent, are what we say.
func ticketRun(
    _ technique: Technique, _ amount: Double? = nil, seed: UInt64, watched: [Double],
    test: Double? = nil
) -> TechniqueRun {
    func metrics(_ accuracy: Double) -> Metrics {
        var confusion = ConfusionMatrix(classes: 2)
        for index in 0..<1000 {
            confusion.add(truth: 0, predicted: Double(index) < accuracy * 10 ? 0 : 1)
        }
        return Metrics(loss: 1, confusion)
    }
    let history = watched.enumerated().map { epoch, accuracy in
        EpochRecord(
            epoch: epoch + 1, learningRate: 0.001, trainLoss: 1, trainAccuracy: 0.5,
            evaluation: metrics(accuracy))
    }
    return TechniqueRun(
        technique: technique, amount: amount, angle: nil, seed: seed, pruning: nil,
        training: TrainingRecord(
            history: history, test: test.map(metrics), trainCount: 100, watchedCount: 1000),
        target: 0.5, stage: "s")
}

@Suite struct TicketClaimTests {
    /// A study of all amounts; `loss` says how much less than unpruned (50%) a technique gets.
    private func verdicts(
        seeds: Int = 4, amounts: [Double] = [0.1, 0.25, 0.3, 0.5, 0.7, 0.9],
        _ loss: (Technique, Double) -> Double
    ) -> [String: Verdict] {
        let runs = (0..<seeds).flatMap { seed -> [TechniqueRun] in
            let noise = Double(seed) * 0.1
            func run(_ technique: Technique, _ amount: Double?, _ end: Double) -> TechniqueRun {
                let wobble = technique == .random ? noise / 2 : noise
                return ticketRun(
                    technique, amount, seed: UInt64(seed), watched: [end / 2, end + wobble],
                    test: end + wobble)
            }
            return [run(.unpruned, nil, 50), run(.control, nil, 50)]
                + amounts.flatMap { amount in
                    [Technique.percentile, .random, .distinctiveness, .asThePaper, .matched].map {
                        run($0, amount, 50 - loss($0, amount))
                    }
                }
        }
        let judged = TicketClaim.judged(TicketEvidence(runs), protocolName: "leak-free")
        return Dictionary(uniqueKeysWithValues: judged.map { ($0.claim, $0.verdict) })
    }

    /// What the paper saw is supported, every claim of it.
    @Test func thePapersPictureSupportsItsClaims() {
        let found = verdicts { technique, amount in
            switch technique {
            case .percentile: amount > 0.5 ? 10 : 0
            case .random: amount > 0.1 ? 20 * amount + 5 : 0
            case .asThePaper, .matched: amount > 0.5 ? 10 : 0
            default: amount >= 0.5 ? 35 : 1
            }
        }
        #expect(found.count == TicketClaim.all.count)
        for (claim, verdict) in found { #expect(verdict == .supported, "\(claim)") }
    }

    @Test func theOppositeContradictsThem() {
        let found = verdicts { technique, amount in
            switch technique {
            case .percentile, .asThePaper, .matched: amount <= 0.5 ? 10 : 0
            case .random: amount == 0.1 ? 12 : 8 - 10 * amount
            default: amount >= 0.5 ? 0 : 9
            }
        }
        // The unpruned network's mean accuracy is the paper's here too.
        for (claim, verdict) in found where claim != "mean accuracy" {
            let isMixed = ["percentile beats random", "more so as the amount grows"].contains(claim)
            if !isMixed { #expect(verdict == .contradicted, "\(claim)") }
        }
        #expect(found["percentile beats random"] == .contradicted)
    }

    @Test func oneSeedJudgesNothing() {
        for (claim, verdict) in verdicts(seeds: 1, { _, _ in 0 }) {
            #expect(verdict == .untested, "\(claim)")
        }
    }

    @Test func missingAmountsAreUntested() {
        let found = verdicts(amounts: [0.6]) { _, _ in 0 }
        for claim in ["tickets match up to 50%", "tickets fail at 70 and 90%"] {
            #expect(found[claim] == .untested, "\(claim)")
        }
    }

    /// Under as-paper there is no test part: the best watched epoch counts.
    @Test func accuracyIsTheTestPartsWhereThereIsOne() {
        let watched = [30.0, 60, 40]
        #expect(ticketRun(.unpruned, seed: 0, watched: watched, test: 45).accuracy == 45)
        #expect(ticketRun(.unpruned, seed: 0, watched: watched).accuracy == 60)
        #expect(abs(ticketRun(.unpruned, seed: 0, watched: watched).meanAccuracy - 130 / 3) < 1e-9)
    }

    @Test func theSlopeIsLeastSquares() {
        #expect(abs(TicketClaim.slope([0, 1, 2], [1, 3, 5]) - 2) < 1e-12)
        // numpy.polyfit([0.1, 0.3, 0.9], [2, 1, 4], 1)[0]
        #expect(abs(TicketClaim.slope([0.1, 0.3, 0.9], [2, 1, 4]) - 3.076923076923077) < 1e-12)
    }

    @Test func evidenceReadsWell() throws {
        let runs = (0..<3).flatMap { seed in
            [
                ticketRun(.unpruned, seed: seed, watched: [50], test: 50),
                ticketRun(.asThePaper, 0.5, seed: seed, watched: [49], test: 49),
            ]
        }
        let judged = TicketClaim.judged(TicketEvidence(runs), protocolName: "leak-free")
        let half = try #require(judged.first { $0.claim == "percentile recovers at 50%" })
        #expect(half.evidence == "50%: -1.0 [-1.0, -1.0], n = 3")
        #expect(half.verdict == .supported)
        let level = try #require(judged.first { $0.claim == "mean accuracy" })
        #expect(level.evidence == "50.0 [50.0, 50.0], n = 3")
        let none = try #require(judged.first { $0.claim.contains("about 22%") })
        #expect(none.evidence == "no such runs")
    }
}
