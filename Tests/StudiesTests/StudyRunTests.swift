import Core
import Datasets
import Findings
import Foundation
import Models
import Pruning
import Testing
import Training

@testable import Studies

@Suite struct StudyRunTests {
    @Test func aStudyFromPicturesToRecords() throws {
        try withStageFolder { folder in
            let data = try pictureData(folder.appending(path: "pictures"))
            let root = folder.appending(path: "out")
            var begun: [String] = []
            try TinyStudy.work(
                data, root,
                onStage: { item, event in
                    if event == .begun { begun.append(item.stage.id) }
                })
            let plan = try TinyStudy.plan(data)
            #expect(begun == plan.items.map(\.stage.id))
            try checkRuns(plan, StageStore(root))
            try checkWeights(
                plan, NetworkStages(StageStore(root), data, device: .cpu))
            try checkNetworks(plan, data, root)
            try checkFiles(plan, root)
            // Again: nothing is left to do.
            try TinyStudy.work(data, root, isCancelled: { true })
        }
    }

    private func checkRuns(_ plan: StudyPlan, _ store: StageStore) throws {
        let runs = try StudyResults(plan, store).runs()
        #expect(runs.count == plan.runs.count)
        for run in runs {
            let recipe = try #require(run.variation?.recipe)
            #expect((run.pruning != nil) == (recipe.technique.method != nil))
            #expect(run.training.history.count == 2)
            #expect((run.training.test != nil) == (run.variation?.protocolName == "leak-free"))
            if recipe.technique == .distinctiveness { #expect((run.angle ?? 0) > 0) }
            if recipe.technique == .asThePaper { #expect(run.angle == 80) }
            guard let amount = run.amount, let kept = run.pruning?.density.fraction else {
                continue
            }
            if [.percentile, .random].contains(run.technique) {
                #expect(abs(1 - kept - amount) < 0.01, "\(recipe.label)")
            }
        }
    }

    /// What each rewind point gives back, bit by bit, where the mask keeps.
    private func checkWeights(_ plan: StudyPlan, _ stages: NetworkStages) throws {
        let store = stages.store
        for run in plan.runs where run.recipe.rewind == .early {
            let ticket = try #require(plan[run.trained.parents[0]]?.stage)
            let early = try #require(plan[ticket.parents[1]]?.stage)
            guard case .train(let options, _, _) = early.work else {
                Issue.record("an early rewind point is a training")
                continue
            }
            #expect(options.epochs == 1)
            let (a, b) = (try stages.network(ticket).state, try stages.network(early).state)
            #expect(try a.require("fc.weight").isBitwiseEqual(to: b.require("fc.weight")))
            let record: TrainingRecord = try store.record(early)
            let fine: TrainingRecord = try store.record(run.fine)
            // The early point is where fine-tuning itself was.
            #expect(record.history == Array(fine.history.prefix(1)))
        }
    }

    /// Networks that nothing reads are not kept; a study that keeps all of them makes them.
    private func checkNetworks(_ plan: StudyPlan, _ data: PictureData, _ root: URL) throws {
        let stages = NetworkStages(try StageStore(root), data, device: .cpu)
        let leaf = try #require(plan.runs.first { $0.recipe.technique == .control }).trained
        let fine = try #require(plan.runs.first).fine
        #expect(stages.hasNetwork(fine) && !stages.hasNetwork(leaf))
        let before: TrainingRecord = try stages.store.record(leaf)
        let error = #expect(throws: StudyError.self) { _ = try stages.network(leaf) }
        #expect(error?.description.contains("not kept") == true)
        var study = TinyStudy.study
        study.networks = .all
        study.experiments = [Experiment("Control", [.unpruned, .control])]
        try TinyStudy.work(data, root, study: study)
        #expect(stages.hasNetwork(leaf))
        #expect(try stages.store.record(leaf) == before)
        _ = try stages.network(leaf)
    }

    private func checkFiles(_ plan: StudyPlan, _ root: URL) throws {
        let results = StudyResults(plan, try StageStore(root))
        let found = try results.findings(groups: []) {
            Conditions(legacy: ["Protocol: \($0.name)"])
        }
        try found.write(to: root)
        #expect(found.effort.stages == plan.items.count)
        for name in ["leak-free", "as-paper"] {
            let file = root.appending(path: "\(name)/tickets.json")
            let report = try StageStore.read(TicketReport.self, from: file)
            #expect(
                report.runs.map(\.technique) == [
                    .unpruned, .control, .percentile, .random, .distinctiveness,
                ])
            #expect(report.runs.allSatisfy { $0.variation == nil })
        }
        let all = try StageStore.read(
            ExperimentReport.self, from: root.appending(path: "experiments.json"))
        #expect(all.runs == (try results.runs()))
        #expect(all.tables.count == 2 + 1 + 1 + 1)
    }
}
