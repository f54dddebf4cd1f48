import Findings
import Foundation
import Models
import Pruning
import Results
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

    /// What the stages that pretrain an architecture on the study's own pictures came to, under one
    /// protocol; empty where its weights came from a file.
    package func sources(
        _ architecture: Architecture, _ kind: StudyProtocol
    ) throws -> [(task: SourceTask, record: SourceRecord)] {
        let starts = plan.runs.contains {
            $0.protocolName == kind.name && $0.recipe.architecture == architecture
                && $0.recipe.start == .pretrained
        }
        guard starts else { return [] }
        return try plan.items.compactMap { item in
            guard case .pretrain(let task, architecture, _) = item.stage.work,
                store.isDone(item.stage)
            else { return nil }
            return (task, try store.record(item.stage))
        }
    }

    /// Everything that the study found.
    ///
    /// - Parameters:
    ///   - groups: the group of each picture of the data.
    ///   - conditions: what the numbers of a protocol rest on.
    package func findings(
        groups: [Int], conditions: (StudyProtocol) throws -> Conditions
    ) throws -> StudyFindings {
        let runs = try runs()
        let said = try plan.study.protocols.map { ($0, try conditions($0)) }
        var found = StudyFindings(
            comparisons: said.compactMap { comparison(runs, $0, $1, groups) },
            experiments: ExperimentReport(conditions: said.map(\.1), runs: runs),
            effort: StudyEffort(plan, store))
        let judged = try StudyGenerators.records(plan, store)
        if !judged.isEmpty { found.generators = judged }
        return found
    }

    /// The comparison of techniques alone, as the paper does it.
    private func comparison(
        _ runs: [TechniqueRun], _ kind: StudyProtocol, _ conditions: Conditions, _ groups: [Int]
    ) -> TicketReport? {
        let plain = runs.filter {
            $0.variation?.protocolName == kind.name
                && $0.variation?.recipe.isPlain(plan.study.architecture) == true
        }.map { run in
            var run = run
            run.variation = nil
            return run
        }
        return plain.isEmpty
            ? nil
            : TicketReport(
                conditions: conditions, runs: plain, protocolName: kind.name, groups: groups)
    }
}

/// What a study found, as its records hold it.
package struct StudyFindings: Codable, Sendable {
    /// The comparison of techniques under each protocol.
    package let comparisons: [TicketReport]
    package let experiments: ExperimentReport
    package let effort: StudyEffort
    /// Size and speed of the networks that an experiment asks them of.
    package var costs: [CostRecord] = []
    /// Networks as they would be used, where an experiment asks for that.
    package var uses: [UseRecord] = []
    /// How good generated pictures are, where networks were trained with any.
    package var generators: [JudgedGenerator]?

    init(comparisons: [TicketReport], experiments: ExperimentReport, effort: StudyEffort) {
        self.comparisons = comparisons
        self.experiments = experiments
        self.effort = effort
    }

    /// Writes `<protocol>/tickets.*`, `experiments.*`, `effort.json` and, where there are any,
    /// `costs.json`, `uses.json` and `generators.json` under `root`.
    ///
    /// - Returns: the files, as a person finds them.
    @discardableResult
    package func write(to root: URL) throws -> [String] {
        var written: [String] = []
        for report in comparisons {
            let name = report.protocolName ?? "pictures"
            let folder = root.appendingPathComponent(name)
            try ResultStore.create(folder)
            try report.write(to: folder)
            written.append("\(name)/tickets.{json,md,csv}")
        }
        try experiments.write(to: root)
        try StageStore.write(effort, to: root.appendingPathComponent("effort.json"))
        written += ["experiments.{json,md}", "effort.json"]
        if !costs.isEmpty {
            try StageStore.write(costs, to: root.appendingPathComponent("costs.json"))
            written.append("costs.json")
        }
        if !uses.isEmpty {
            try StageStore.write(uses, to: root.appendingPathComponent("uses.json"))
            written.append("uses.json")
        }
        if let generators {
            try StageStore.write(
                generators, to: root.appendingPathComponent("generators.json"))
            written.append("generators.json")
        }
        return written
    }
}
