import Foundation
import Models
import Pruning
import Testing
import Training

@testable import Studies

/// Studies of budgets: whole channels go, are mended, and are measured with and without training.
@Suite struct ReductionStudyTests {
    private static var study: Study {
        var study = TinyStudy.study
        study.protocols = [study.protocols[0]]
        study.experiments = [
            Experiment(
                "Budgets", [.unpruned] + ["l2-norm", "correlation"].compactMap { try? .named($0) },
                budgets: [Budget(.macs, 0.6)], removals: [.channels],
                repairs: [.none, Repair([.gramRidge, .batchNorm])], epochs: [0, 1], cost: true),
            Experiment(
                "In use", [.unpruned, try? .named("l2-norm")].compactMap { $0 },
                budgets: [Budget(.macs, 0.6)], removals: [.channels], repairs: [.none],
                epochs: [0], inUse: true),
        ]
        return study
    }

    @Test func everyCombinationIsARecipeOfItsOwn() throws {
        let recipes = Self.study.experiments[0].recipes(.resnet18)
        #expect(recipes.count == 1 + 2 * 2 * 2)
        #expect(Set(recipes.map(\.label)).count == recipes.count)
        #expect(
            recipes[2].label == "l2-norm to macs 0.6, channels, 1 epochs"
                && recipes.last?.label
                    == "correlation to macs 0.6, channels, gram-ridge+batch-norm, 1 epochs"
        )
        #expect(recipes.dropFirst().allSatisfy { !$0.isPlain(.resnet18) })
        let technique = try #require(try recipes[3].pruning(seed: 0))
        #expect(technique.repair.words == "gram-ridge+batch-norm")
        #expect(technique.needs.contains(.pictures))
    }

    @Test func theyRunFromPicturesToATable() throws {
        try withStageFolder { folder in
            let data = try pictureData(folder.appending(path: "pictures"))
            let root = folder.appending(path: "out")
            try TinyStudy.work(data, root, study: Self.study)
            let plan = try TinyStudy.plan(data, study: Self.study)
            let stages = NetworkStages(try StageStore(root), data, device: .cpu)
            let runs = try StudyResults(plan, stages.store).runs()
            #expect(runs.count == 9)
            for run in plan.runs {
                guard let pruned = run.pruned else { continue }
                let (small, whole) = (try stages.network(pruned), try stages.network(run.fine))
                let (left, all) = (
                    try GraphCost(small.graph, height: 32, width: 32).macs,
                    try GraphCost(whole.graph, height: 32, width: 32).macs
                )
                #expect(Double(left) <= 0.6 * Double(all), "\(run.recipe.label)")
                let record: TrainingRecord = try stages.store.record(run.trained)
                #expect(record.test != nil && record.history.count == run.recipe.epochs)
                #expect(
                    try stages.network(pruned).state.isBitwiseEqual(to: small.state),
                    "put together again, it is the same")
            }
            let report = ExperimentReport(conditions: [], runs: runs)
            let titles = report.tables.map(\.title)
            #expect(
                titles == [
                    "Budgets, leak-free: macs 0.6, not trained",
                    "Budgets, leak-free: macs 0.6, trained for 1 epochs",
                    "In use, leak-free: macs 0.6, not trained",
                ])
            let table = try #require(report.tables.first)
            #expect(table.header == ["criterion", "nothing mended", "gram-ridge+batch-norm"])
            #expect(table.rows.map { $0[0] } == ["l2-norm", "correlation"])
            let costs = try StudyCosts(plan, stages, device: .cpu).records()
            #expect(costs.count == 9)
            #expect(costs.dropFirst().allSatisfy { $0.speedup > 1.5 })
            try checkUse(plan, stages, data, runs)
        }
    }

    /// Without onnxruntime nothing is timed; accuracies are those of the test part.
    private func checkUse(
        _ plan: StudyPlan, _ stages: NetworkStages, _ data: PictureData, _ runs: [TechniqueRun]
    ) throws {
        let records = try StudyUse(plan, stages, data, engine: nil).records()
        #expect(records.map(\.numbers) == [.float32, .int8, .float32, .int8])
        #expect(records.allSatisfy { $0.time == nil })
        for record in records where record.numbers == .float32 {
            let run = try #require(runs.first { $0.stage == record.stage })
            #expect(run.training.test?.accuracy == record.accuracy)
        }
        // Those of before are taken over as they are.
        var earlier = records
        earlier[0] = UseRecord(
            recipe: records[0].recipe, protocolName: records[0].protocolName,
            seed: records[0].seed, stage: records[0].stage, numbers: .float32, accuracy: -1,
            time: nil)
        let again = try StudyUse(plan, stages, data, engine: nil).records(earlier: earlier)
        #expect(again == earlier)
        let table = StudyUse.table(records)
        #expect(table.rows.count == 4)
        #expect(table.notes[0].contains("onnxruntime is not installed"))
        #expect(table.notes.contains { $0.contains("cannot tell; not timed") })
    }

    @Test func whatCannotRunIsRefusedBefore() throws {
        func error(_ change: (inout Experiment) -> Void) -> String {
            var study = Self.study
            change(&study.experiments[0])
            do {
                try study.check()
                return ""
            } catch { return "\(error)" }
        }
        #expect(error { _ in } == "")
        #expect(error { $0.budgets = [Budget(.latency, 0.5)] }.contains("differs from run to run"))
        #expect(error { $0.rounds = [2] }.contains("in one round"))
        #expect(error { $0.removals = [.mask] }.contains("is for whole channels"))
        #expect(error { $0.epochs = [-1] }.contains("epochs are 0 to 10000"))
    }
}
