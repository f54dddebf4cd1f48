import Foundation
import Statistics
import Testing

@testable import Findings

@Suite struct ConditionsTests {
    private var typed: Conditions {
        var conditions = Conditions()
        conditions.dataProtocol = Conditions.DataProtocol(name: "as-paper", leaks: true)
        conditions.data = Conditions.Data(
            pictures: 525, classes: 7, size: 48, fingerprint: "0123456789abcdef",
            groupRule: "prefix", copies: 0, synthetic: "Embedded synthetic pictures.")
        conditions.starts = [
            StartSource(architecture: "resnet18", kind: .bundled, hash: "abc", task: "faces")
        ]
        conditions.reductions = [
            Reduction(.size(48, paper: 224)), Reduction(.other("few amounts")),
            Reduction(
                .epochs(
                    [
                        .init(protocolName: "leak-free", epochs: 3, copies: 1),
                        .init(protocolName: "as-paper", epochs: 2, copies: 2),
                    ], paper: 25)),
        ]
        return conditions
    }

    @Test func conditionsComeBackFromJSON() throws {
        let data = try JSONEncoder().encode(typed)
        #expect(try JSONDecoder().decode(Conditions.self, from: data) == typed)
    }

    @Test func reductionsReadPhrasesToo() throws {
        let read = try JSONDecoder().decode(
            [Reduction].self, from: Data(#"["few seeds", {"seeds": {"_0": 3}}]"#.utf8))
        #expect(read == [Reduction(.other("few seeds")), Reduction(.seeds(3))])
        #expect(
            typed.reductions[2].text == "3 epochs (as-paper 2, on 2 copies) instead of 25")
    }

    /// The sentences of old records become types once; nothing else reads them.
    @Test func oldSentencesAreRead() {
        let old = Conditions(legacy: [
            "Protocol: as-paper", "Pictures: 10 in 7 classes",
            "WARNING: protocol as-paper leaks: 9 of 9 test samples", "WARNING: a disk is full",
            "Reduced: 48 px instead of 224.",
            "Start weights: resnet18, SHA-256 abc: not the official file, a substitute for it",
        ])
        #expect(old.dataProtocol?.leaks == true)
        #expect(old.warnings == ["a disk is full"])
        #expect(old.reductions == [Reduction(.other("48 px instead of 224"))])
        #expect(old.starts.first?.architecture == "resnet18")
        #expect(old.notes == ["Pictures: 10 in 7 classes"])
    }

    @Test func cautionsAreTheConditions() {
        let cautions = typed.cautions.sorted { $0.rank < $1.rank }
        #expect(
            cautions.map(\.short) == [
                "a protocol that leaks", "synthetic pictures", "substitute start weights",
                "a reduced study",
            ])
        #expect(typed.lines.contains { $0.hasPrefix("WARNING: protocol as-paper leaks") })
    }

    @Test func experimentsAreKnownByIdentifierAndByOldTitle() throws {
        let read = try JSONDecoder().decode(
            [ExperimentID].self, from: Data(#"["Fig. 5", "fig-5", "my own"]"#.utf8))
        #expect(read == [.figure5, .figure5, ExperimentID(rawValue: "my own")])
        #expect(read.map(\.title) == ["Fig. 5", "Fig. 5", "my own"])
        #expect(Set(ExperimentID.titles.map(\.id)).count == ExperimentID.titles.count)
    }
}

@Suite struct AnswerTests {
    private func arm(_ name: String, gone: Double, _ loss: [Double]) -> Arm {
        Arm(
            technique: name, amount: gone / 100, name: name,
            removed: Summary(loss.map { _ in gone }), angles: nil, accuracy: Estimate([50.0]),
            loss: Effect(label: "", unit: .points, estimate: Estimate(loss), confidence: 0.90))
    }

    @Test func theMostThatLosesNothingIsTheAnswer() {
        let none = [0.2, -0.3, 0.1, -0.2, 0.3, -0.1]
        let arms = Arm.judged(
            [
                arm("a", gone: 30, none), arm("b", gone: 50, none),
                arm("c", gone: 90, none.map { $0 - 20 }), arm("d", gone: 0.01, none),
            ], margin: 3, refusal: nil)
        #expect(arms.map(\.verdict) == [.supported, .supported, .contradicted, .supported])
        let answer = Answer(arms, margin: 3, refusal: nil)
        #expect(answer.best?.name == "b")
        #expect(answer.sentence.hasPrefix("50% of the weights of the convolutions could go"))
    }

    @Test func fewSeedsAndGuessingAnswerNothing() {
        let arms = Arm.judged([arm("a", gone: 50, [0, 0.1])], margin: 3, refusal: nil)
        let few = Answer(arms, margin: 3, refusal: nil)
        #expect(few.best == nil)
        #expect(few.sentence.contains("cannot tell from n = 2"))
        let guessing = Guessing(classes: 7, rate: 14.3, unpruned: Estimate([15.0, 14]))
        #expect(
            Answer(arms, margin: 3, refusal: .guessing(guessing)).sentence
                .hasPrefix("Nothing can be said of pruning"))
        #expect(
            Answer([arm("a", gone: 0.1, [0, 0])], margin: 3, refusal: nil).sentence
                == "Nothing was pruned in this study.")
    }
}
