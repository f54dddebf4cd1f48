import Foundation
import Networks
import Pruning
import Training

/// What a finished study found, read from its store.
package struct StudyResults {
    private let plan: StudyPlan
    private let store: StageStore

    package init(_ plan: StudyPlan, _ store: StageStore) {
        self.plan = plan
        self.store = store
    }

    /// Every run that is finished, in the plan's order.
    package func runs() throws -> [TechniqueRun] {
        try plan.runs.filter { store.isDone($0.trained) }.map { run in
            let fine: TrainingRecord = try store.record(run.fine)
            let pruning: PruningRecord? = try run.pruned.map { try store.record($0) }
            return TechniqueRun(
                technique: run.recipe.technique, amount: run.recipe.amount,
                angle: pruning?.angle ?? run.recipe.angle, seed: run.seed, pruning: pruning,
                training: try store.record(run.trained), target: fine.best,
                stage: run.trained.id,
                variation: RunVariation(
                    recipe: run.recipe, protocolName: run.protocolName,
                    experiments: run.experiments))
        }
    }

    /// Writes, under the store's root, `<protocol>/tickets.json` with its tables (the comparison of
    /// techniques alone, as reports read it), and `experiments.json` with every run.
    ///
    /// - Parameter conditions: what the numbers of a protocol were made from, in words.
    /// - Returns: the files, as a person finds them.
    @discardableResult
    package func write(conditions: (StudyProtocol) throws -> [String]) throws -> [String] {
        let runs = try runs()
        var written: [String] = []
        for kind in plan.study.protocols {
            let plain = runs.filter {
                $0.variation?.protocolName == kind.name
                    && $0.variation?.recipe.isPlain(plan.study.architecture) == true
            }.map { run in
                var run = run
                run.variation = nil
                return run
            }
            if plain.isEmpty { continue }
            let folder = store.root.appendingPathComponent(kind.name)
            try StageStore.create(folder)
            try TicketReport(conditions: conditions(kind), runs: plain).write(to: folder)
            written.append("\(kind.name)/tickets.{json,md,csv}")
        }
        let report = ExperimentReport(
            conditions: try plan.study.protocols.flatMap(conditions), runs: runs)
        try report.write(to: store.root)
        return written + ["experiments.{json,md}"]
    }
}
