import ArgumentParser
import Core
import Datasets
import Foundation
import Models
import Studies
import Torch
import Training

/// One study on its way: planned, worked on, and written down.
struct StudyRun {
    let study: Study
    let source: StudySource
    let folder: URL
    let device: Device
    let data: PictureData
    let plan: StudyPlan
    let estimate: PlanEstimate
    /// What of the plan is done: the stages whose labels contain this, and what they need; nil for all.
    let only: String?
    let items: [StudyPlan.Item]
    /// What was known of pictures and weights when it was planned.
    let facts: PlanFacts
    /// Files of weights, by architecture.
    let files: [Architecture: String]
    private let store: StageStore
    private let parent = getppid()

    /// Reads pictures and weights, and plans every stage; trains nothing.
    init(
        _ study: Study, _ source: StudySource, only: String? = nil, folder: URL, device: Device,
        isQuiet: Bool
    ) throws {
        self.study = study
        self.source = source
        self.folder = folder
        self.device = device
        data = try source.read(study, isQuiet: isQuiet)
        // Refuses a manifest whose split leaks, unless the protocol does too.
        for kind in study.protocols {
            _ = try data.plan(protocolName: kind.name, copies: kind.copies, seed: 0)
        }
        let starts = try source.starts(study)
        files = starts.files
        facts = try PlanFacts(data, weights: starts.sources)
        plan = try StudyPlanner.plan(study, facts)
        self.only = only
        items = try only.map(plan.items(labelled:)) ?? plan.items
        store = try StageStore(folder, busy: .leave)
        estimate = try PlanEstimate(plan, items: items, data, store)
    }

    /// Where the study, as it was asked for, is kept for its workers.
    var studyFile: URL { folder.appendingPathComponent("study.json") }

    /// Writes down what is about to run.
    func begin() throws {
        try StageStore.write(study, to: studyFile)
        try store.keep(plan)
    }

    /// Whether nothing is left to do.
    var isDone: Bool { estimate.done == items.count }

    /// Does every stage that is open: in this process, or in `jobs` of its own.
    func work(jobs: Int, machine: MachineOptions, on screen: WorkScreen = WorkScreen()) throws {
        if isDone { return }
        if jobs > 1 {
            try StudyWorkers(self, jobs: jobs, machine: machine, on: screen).run()
        } else {
            try workInSight(screen)
        }
    }

    /// Every stage, done or not, and how long the rest may take.
    func list(jobs: Int) throws {
        for item in items {
            let row = [
                String(item.stage.id.prefix(12)), store.isDone(item.stage) ? "done" : "open",
                item.label,
            ]
            print(row.joined(separator: "  "))
        }
        print(try overview(jobs: jobs))
    }

    /// `369 stages, 12 done; about 15:32 left on 2 threads (by a training step just timed)`.
    func overview(jobs: Int) throws -> String {
        let standing = try standing(jobs: jobs)
        let threads = Runtime.threads
        return "\(items.count) stages, \(standing.done) done; about "
            + "\(Console.clock(standing.left ?? .infinity)) left on \(threads) "
            + "\(threads == 1 ? "thread" : "threads")"
            + (standing.left == 0 ? "" : " (\(standing.basis.rawValue))")
    }

    /// How far the study is, before it is worked on: where nothing was timed yet, a step is.
    func standing(jobs: Int) throws -> PlanEstimate.Standing {
        let threads = max(1, Runtime.threads / jobs)
        try estimate.prepare(threads: threads, device: device)
        return estimate.standing(workers: jobs, threads: threads)
    }

    /// Does stages as a worker process, saying nothing but to its progress file.
    func work() throws {
        try work(onChange: { _ in })
    }

    private func work(onChange: @escaping (WorkerProgress) -> Void) throws {
        let log = try WorkerLog(store, threads: Runtime.threads, onChange: onChange)
        // A worker whose program was killed does not go on unseen.
        let parent = parent
        let stop = { Interruption.isRequested || getppid() != parent }
        let stages = NetworkStages(
            store, data, device: device, isCancelled: stop, onProgress: { log.note($1) })
        var read: [Architecture: StateDictionary] = [:]
        try StudyWorker(
            plan, items: items, stages,
            weights: { architecture in
                if let known = read[architecture] { return known }
                guard let file = files[architecture] else {
                    throw StudyError("no weights for \(architecture.rawValue)")
                }
                let state = try Pretrained.read(
                    URL(fileURLWithPath: file), architecture, size: plan.study.size
                ).state
                read[architecture] = state
                return state
            }, isCancelled: stop, onStage: { log.note($0, $1) }
        ).run()
    }

    /// Does the stages in this process, with a line that shows how far it is.
    private func workInSight(_ screen: WorkScreen) throws {
        let screen = StudyScreen(self, on: screen, workers: 1, threads: Runtime.threads)
        do {
            try work { screen.show([$0]) }
            screen.finish()
        } catch let stop where stop is StudyStopped || stop is Interrupted {
            screen.finish()
            throw interrupted()
        } catch {
            screen.finish()
            throw error
        }
    }

    /// What an interrupted study says.
    func interrupted() -> StudyError {
        StudyError(
            "interrupted. \(estimate.done) of \(items.count) stages are safe; one in progress "
                + "goes on after the last epoch that it saved. Run the same command to go on")
    }

    /// Measures costs and writes the records.
    ///
    /// - Parameter synthetic: what every result must say of pictures that were made; nil for others.
    func finish(synthetic: String? = nil) throws -> StudyFindings {
        let results = StudyResults(plan, store)
        let words = StudyWords(self, results)
        let groups = data.grouping?.ids ?? Array(0..<data.store.count)
        var found = try results.findings(groups: groups) { kind in
            var conditions = try words.conditions(kind)
            conditions.data?.synthetic = synthetic
            return conditions
        }
        found.costs = try StudyCosts(
            plan, NetworkStages(store, data, device: device), device: device
        ).records(earlier: earlierCosts)
        let written = try found.write(to: folder)
        Console.note("  records  \(folder.path)/: \(written.joined(separator: ", "))")
        return found
    }

    private var earlierCosts: [CostRecord] {
        let file = folder.appendingPathComponent("costs.json")
        return (try? Data(contentsOf: file)).flatMap {
            try? JSONDecoder().decode([CostRecord].self, from: $0)
        } ?? []
    }
}
