import Statistics
import Testing

@testable import Findings

/// A difference seen in six seeds.
private func effect(
    _ values: [Double], _ label: String = "", refusal: Refusal? = nil
) -> Effect {
    Effect(
        label: label, unit: .points, estimate: Estimate(values), confidence: 0.90,
        refusal: refusal)
}

private func claim(_ criterion: Criterion) -> Claim {
    Claim(
        "c", .pictures, name: "c", section: "1", statement: "It is so.", measured: "a minus b",
        criterion)
}

private func verdict(_ criterion: Criterion, _ effects: [Effect]) -> Finding {
    Judge.findings([(claim(criterion), Judge.Evidence(effects))], way: "w")[0]
}

@Suite struct JudgeTests {
    private let gain = [4.0, 5, 6, 5, 4, 6]
    private let none = [0.2, -0.3, 0.1, -0.2, 0.3, -0.1]

    @Test func clearNumbersDecide() {
        #expect(verdict(.better, [effect(gain)]).verdict == .supported)
        #expect(verdict(.worse, [effect(gain)]).verdict == .contradicted)
        #expect(verdict(.better, [effect(none)]).verdict == .undecided)
        #expect(verdict(.noLoss(margin: 3), [effect(none)]).verdict == .supported)
        #expect(verdict(.loss(margin: 3), [effect(none)]).verdict == .contradicted)
        #expect(verdict(.loss(margin: 3), [effect(gain.map { -2 * $0 })]).verdict == .supported)
        #expect(verdict(.within(-1, 1), [effect(none)]).verdict == .supported)
        #expect(verdict(.within(-1, 1), [effect(gain)]).verdict == .contradicted)
        #expect(verdict(.below(-1), [effect(none)]).verdict == .contradicted)
    }

    @Test func fewerThanSixPairsDecideNothing() {
        let found = verdict(.better, [effect([50, 51, 52, 53, 54])])
        #expect(found.verdict == .untested)
        #expect(found.refusal == .tooFewPairs(5, needed: 6))
        #expect(found.says == "cannot tell from n = 5: 6 are needed")
        #expect(found.p == nil && found.family == 0)
    }

    /// Effects with too few pairs are shown, and leave the verdict to the others.
    @Test func whatCannotBeJudgedIsShownBeside() {
        let found = verdict(.noLoss(margin: 3), [effect(none, "50%"), effect([-30, -31], "10%")])
        #expect(found.verdict == .supported)
        #expect(found.effects.map(\.refusal) == [nil, .tooFewPairs(2, needed: 6)])
    }

    @Test func severalHaveToHoldAll() {
        let all = verdict(.better, [effect(gain), effect(gain)])
        #expect(all.verdict == .supported)
        #expect(verdict(.better, [effect(gain), effect(none)]).verdict == .undecided)
        let opposite = effect(gain.map { -$0 })
        #expect(verdict(.better, [effect(gain), opposite]).verdict == .contradicted)
    }

    @Test func guessingAndRemovingNothingAreNotJudged() {
        let level = Estimate([14.0, 15, 13, 14, 16, 15])
        let guessing = Guessing(classes: 7, rate: 100 / 7, unpruned: level)
        #expect(!guessing.isBeaten)
        let refused = Judge.findings(
            [(claim(.better), Judge.Evidence([effect(gain)], refusal: .guessing(guessing)))],
            way: "w")[0]
        #expect(refused.verdict == .untested)
        #expect(refused.says.hasPrefix("not judged: the unpruned network is right on 14.5"))
        let idle = verdict(
            .noLoss(margin: 3),
            [effect(none, refusal: .removedNothing(technique: "t", percent: 0.04))])
        #expect(idle.says == "not judged: t removed 0% of the weights")
        let learnt = Guessing(
            classes: 7, rate: 100 / 7, unpruned: Estimate([30.0, 31, 29, 33, 32, 30]))
        #expect(learnt.isBeaten)
    }

    /// One run is judged against guessing by its pictures.
    @Test func oneRunIsComparedByItsPictures() {
        func beaten(_ accuracy: Double, of pictures: Int) -> Bool {
            var one = Estimate([accuracy])
            one.pictures = pictures
            return Guessing(classes: 7, rate: 100 / 7, unpruned: one).isBeaten
        }
        #expect(beaten(50, of: 80))
        #expect(!beaten(50, of: 2))
        #expect(!beaten(18.8, of: 80))
    }

    /// A p of 3% decides alone and not among ten.
    @Test func claimsJudgedTogetherAreCorrected() throws {
        let weak = [1.0, -0.4, 2.2, 1.4, 0.3, 1.8]
        let alone = verdict(.better, [effect(weak)])
        let p = try #require(alone.p)
        #expect(p > 0.005 && p < 0.05)
        #expect(alone.verdict == .supported)
        let many = Judge.findings(
            (0..<10).map { _ in (claim(.better), Judge.Evidence([effect(weak)])) }, way: "w")
        #expect(many.allSatisfy { $0.verdict == .undecided && $0.family == 10 })
        #expect(many[0].adjusted == min(1, 10 * p))
    }

    /// Shares of runs are tested exactly: scipy.stats.binomtest(0, 100, 0.05, "less") = 0.0059.
    @Test func sharesAreTestedExactly() throws {
        let rare = Effect(label: "", share: Proportion(count: 0, of: 100))
        let found = verdict(.below(0.05), [rare])
        #expect(abs(try #require(found.p) - 0.00592) < 1e-5)
        #expect(found.verdict == .supported)
        let few = Effect(label: "", share: Proportion(count: 0, of: 20))
        #expect(verdict(.below(0.05), [few]).verdict == .undecided)
        #expect(rare.text == "0% [0, 3.6], n = 100")
    }
}
