import Core
import Foundation
import Statistics
import Testing

@testable import Findings

/// Whole studies with a known answer: ten claims on pictures of people dealt to six seeds.
private struct SimulatedStudy {
    /// Points lost by each claim's technique.
    var loss: Double
    /// Share of pictures answered differently.
    var churn = 0.25
    /// Standard deviations over seeds and over people, in points.
    var seedSpread = 2.0
    var personSpread = 10.0
    var people = 75

    func findings(_ criterion: Criterion, claims: Int, seed: UInt64) -> [Finding] {
        var random = SplitMix64(seed: seed, name: "simulated study")
        let judged = (0..<claims).map { index in
            let effect = Effect(
                label: "", unit: .points,
                estimate: difference(&random).estimate.scaled(by: 100))
            let claim = Claim(
                "c\(index)", .pictures, name: "", section: "", statement: "", measured: "",
                criterion)
            return (claim: claim, evidence: Judge.Evidence([effect]))
        }
        return Judge.findings(judged, way: "simulated")
    }

    private func difference(_ random: inout SplitMix64) -> CrossedSample {
        let seeds = 6
        let bySeed = (0..<seeds).map { _ in seedSpread / 100 * normal(&random) }
        var sample = CrossedSample()
        for person in 0..<people {
            let own = personSpread / 100 * normal(&random)
            let turn = person % seeds
            let shift = max(-churn, min(churn, -loss / 100 + bySeed[turn] + own))
            for _ in 0..<7 {
                let draw = uniform(&random)
                let value = draw < (churn + shift) / 2 ? 1.0 : draw < churn ? -1 : 0
                sample.add(seed: turn, group: person, value: value)
            }
        }
        return sample
    }

    private func uniform(_ random: inout SplitMix64) -> Double {
        Double(random.next() >> 11) / Double(1 << 53)
    }

    private func normal(_ random: inout SplitMix64) -> Double {
        (-2 * log(1 - uniform(&random))).squareRoot() * cos(2 * .pi * uniform(&random))
    }
}

@Suite struct SimulatedStudyTests {
    /// Where nothing differs, at most 5% of 1000 studies decide even one of ten claims "better".
    @Test func noDifferenceDecidesAtMostFivePercentOfStudies() {
        let study = SimulatedStudy(loss: 0)
        let decided = (0..<1000).count { seed in
            study.findings(.better, claims: 10, seed: UInt64(seed))
                .contains { $0.verdict.isDecided }
        }
        // 5% of 1000, and what chance adds to it in 99.5% of cases.
        #expect(decided <= 68, "\(decided) of 1000")
    }

    /// On the edge of the margin, "no loss" is called in at most 5%.
    @Test func aLossOfTheMarginIsSeldomCalledNone() {
        let study = SimulatedStudy(loss: 3)
        let called = (0..<1000).count { seed in
            study.findings(.noLoss(margin: 3), claims: 1, seed: UInt64(seed))[0].verdict
                == .supported
        }
        #expect(called <= 68, "\(called) of 1000")
    }

    /// A large loss is nearly always seen, ten claims at once.
    @Test func aLargeLossIsDecided() {
        let study = SimulatedStudy(loss: 20, churn: 0.4)
        let verdicts = (0..<100).flatMap {
            study.findings(.loss(margin: 3), claims: 10, seed: UInt64($0)).map(\.verdict)
        }
        let seen = verdicts.count { $0 == .supported }
        #expect(seen >= 950, "\(seen) of 1000")
        #expect(!verdicts.contains(.contradicted))
    }

    /// What equivalence can tell: seldom with the quick study's pictures and a margin of 3 points,
    /// mostly with twelve times as many people.
    @Test func equivalenceNeedsPictures() {
        func power(_ people: Int) -> Int {
            var study = SimulatedStudy(loss: 0, seedSpread: 0.5)
            study.people = people
            return (0..<100).count { seed in
                study.findings(.noLoss(margin: 3), claims: 1, seed: UInt64(seed))[0].verdict
                    == .supported
            }
        }
        let (few, many) = (power(75), power(900))
        #expect((10...60).contains(few), "\(few)%")
        #expect(many >= 95, "\(many)%")
    }
}
