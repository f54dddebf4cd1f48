import Core
import Models
import Testing

@testable import Studies

/// A preset with some of its settings changed says what that makes smaller.
@Suite struct StudyChangesTests {
    @Test func nothingChangedIsThePreset() throws {
        for preset in StudyPreset.all {
            #expect(try preset.study.changed(StudyChanges()) == preset.study)
        }
    }

    @Test func amountsMakeAComparison() throws {
        var changes = StudyChanges()
        (changes.amounts, changes.size, changes.epochs, changes.seeds) = ([0.5, 0.9], 64, 1, 3)
        let study = try Study.paper.changed(changes)
        try study.check()
        #expect(study.experiments == [Study.comparison([0.5, 0.9])])
        #expect(study.size == 64 && study.seeds == [0, 1, 2])
        #expect(study.protocols.map(\.epochs) == [1, 1])
        #expect(study.training.batchSize == 8 && study.training.learningRate == 0.001)
        #expect(
            study.reductions.map(\.text) == [
                "64 px instead of 224", "1 epochs instead of 25", "3 seeds",
                "a comparison of techniques only",
            ])
        #expect(study.preset == "paper, changed")
    }

    @Test func oneProtocolKeepsItsExperiments() throws {
        var changes = StudyChanges()
        changes.protocolName = "as-paper"
        let study = try Study.quick.changed(changes)
        try study.check()
        #expect(study.protocols.map(\.name) == ["as-paper"])
        let names = study.experiments.map(\.name)
        #expect(names.contains("Fig. 2") && !names.contains("Rewinding"))
        #expect(study.reductions.contains { $0.text.hasPrefix("not run under as-paper: ") })
        changes.protocolName = "other"
        #expect(throws: StudyError.self) { try Study.quick.changed(changes) }
    }

    /// The second architecture takes the place of the one that becomes the study's own.
    @Test func architecturesChangePlaces() throws {
        var changes = StudyChanges()
        changes.architecture = .resnet34
        let study = try Study.paper.changed(changes)
        #expect(study.architectures == [.resnet34, .resnet18])
    }

    @Test func anArchitectureWithoutWeightsIsLeftOut() throws {
        let study = Study.paper.without(.resnet34)
        try study.check()
        #expect(study.architectures == [.resnet18])
        #expect(!study.experiments.contains { $0.name == "Second architecture" })
        #expect(study.reductions.last?.text.contains("resnet34: Second architecture") == true)
    }

    @Test func aMisspeltPresetIsSuggested() {
        let error = #expect(throws: StudyError.self) { try StudyPreset.named("quik") }
        #expect(error?.description.contains("Did you mean 'quick'?") == true)
    }
}
