import Core
import Datasets
import Foundation
import Models
import Results
import Torch
import Training

/// One study on its way: planned, worked on, and written down.
package struct StudyRun {
    package let study: Study
    package let folder: URL
    package let device: Device
    /// How trainings use it; as usual where nil.
    package var use: DeviceUse?
    package let data: PictureData
    package let plan: StudyPlan
    package let estimate: PlanEstimate
    /// What of the plan is done: the stages whose labels contain this, and what they need; nil for all.
    package let only: String?
    package let items: [StudyPlan.Item]
    /// What was known of pictures and weights when it was planned.
    package let facts: PlanFacts
    /// Files of weights, by architecture.
    package let files: [Architecture: String]
    package private(set) var store: StageStore
    /// Whether nothing is written: it is planned only.
    private let isDry: Bool
    private let parent = getppid()

    /// What each architecture starts from, and the files of those that start from one.
    package typealias Starts = (
        sources: [Architecture: PlanFacts.Source], files: [Architecture: String]
    )

    /// Plans every stage; trains nothing.
    ///
    /// - Parameters:
    ///   - only: the stages whose labels contain this, and what they need; nil for all.
    ///   - isDry: whether nothing at all is written.
    ///   - note: told of finished stages that are damaged, which are put aside and done again.
    /// - Throws: what a split that leaks, a study that cannot be or a folder that refuses says.
    package init(
        _ study: Study, _ data: PictureData, _ starts: Starts, only: String? = nil, folder: URL,
        device: Device, isDry: Bool = false, note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.study = study
        self.folder = folder
        self.device = device
        self.data = data
        files = starts.files
        (plan, facts) = try Self.plan(study, data, starts)
        self.only = only
        items = try only.map(plan.items(labelled:)) ?? plan.items
        self.isDry = isDry
        store = try StageStore(folder, busy: .leave, isMade: !isDry)
        store.note = note
        if !isDry { try store.mend(items.map(\.stage)) }
        estimate = try PlanEstimate(plan, items: items, data, store)
    }

    /// The stages of a study on some pictures.
    ///
    /// - Throws: what a split that leaks, or a study that cannot be, says.
    static func plan(
        _ study: Study, _ data: PictureData, _ starts: Starts
    ) throws -> (plan: StudyPlan, facts: PlanFacts) {
        // Refuses a manifest whose split leaks, unless the protocol does too.
        for kind in study.protocols {
            _ = try data.plan(protocolName: kind.name, copies: kind.copies, seed: 0)
        }
        let facts = try PlanFacts(data, weights: starts.sources)
        return (try StudyPlanner.plan(study, facts), facts)
    }

    /// Where the study, as it was asked for, is kept for its workers.
    package var studyFile: URL { Self.studyFile(folder) }

    package static func studyFile(_ folder: URL) -> URL {
        folder.appendingPathComponent("study.json")
    }

    /// Writes down what is about to run, unless it is planned only.
    package func begin() throws {
        guard !isDry else { return }
        try StageStore.write(study, to: studyFile)
        try store.keep(plan)
    }

    /// Whether nothing is left to do.
    package var isDone: Bool { estimate.done == items.count }

    /// Threads of each of `jobs` workers side by side.
    package func threads(jobs: Int) -> Int { max(1, Runtime.threads / jobs) }

    /// How far the study is, before it is worked on: where nothing was timed yet, a step is.
    package func standing(jobs: Int) throws -> PlanEstimate.Standing {
        let threads = threads(jobs: jobs)
        try estimate.prepare(threads: threads, device: device)
        return estimate.standing(workers: jobs, threads: threads)
    }

    /// Does every stage that is open, in this process.
    ///
    /// - Parameters:
    ///   - isCancelled: asked now and then; true stops, to be gone on with.
    ///   - onChange: told where it is.
    /// - Throws: `StudyStopped` or `Interrupted` when stopped, or when the process that started this
    ///   one is gone.
    package func work(
        isCancelled: @escaping () -> Bool, onChange: @escaping (WorkerProgress) -> Void = { _ in }
    ) throws {
        let log = try WorkerLog(store, threads: Runtime.threads, onChange: onChange)
        // A worker whose program was killed does not go on unseen.
        let parent = parent
        let stop = { isCancelled() || getppid() != parent }
        var stages = NetworkStages(
            store, data, device: device, isCancelled: stop, onProgress: { log.note($1) })
        stages.use = use
        if let line = try data.store.pixels.whyNotResident(on: device) { store.note(line) }
        var read: [Architecture: StateDictionary] = [:]
        try StudyWorker(
            plan, items: items, stages,
            weights: { architecture in
                if let known = read[architecture] { return known }
                guard let file = files[architecture] else {
                    throw StudyError("no weights for \(architecture.rawValue)")
                }
                let state = try Pretrained.read(
                    URL(fileURLWithPath: file), architecture, size: plan.study.size,
                    replacesHead: true
                ).state
                read[architecture] = state
                return state
            }, isCancelled: stop, onStage: { log.note($0, $1) }
        ).run()
    }

    /// What an interrupted study says.
    package func interrupted() -> StudyError {
        StudyError(
            "interrupted. \(estimate.done) of \(items.count) stages are safe; one in progress "
                + "goes on after the last epoch that it saved. Run the same command to go on")
    }

    /// Measures costs and writes the records.
    ///
    /// - Parameters:
    ///   - synthetic: what every result must say of pictures that were made; nil for others.
    ///   - program: this program, above which onnxruntime is looked for.
    ///   - note: told what is done next.
    /// - Returns: what was found, and the names of the files in `folder` that say so.
    /// - Throws: `StudyError` where a stage turns out damaged, which was put aside.
    package func finish(
        synthetic: String? = nil, program: URL? = nil, note: @escaping (String) -> Void = { _ in }
    ) throws -> (findings: StudyFindings, files: [String]) {
        do {
            return try written(synthetic, program, note)
        } catch let damage as DamagedStage {
            try store.setAside(damage)
            throw StudyError(
                "\(damage). The stage was put aside: run the same command again to have it done again"
            )
        }
    }

    private func written(
        _ synthetic: String?, _ program: URL?, _ note: @escaping (String) -> Void
    ) throws -> (findings: StudyFindings, files: [String]) {
        let results = StudyResults(plan, store)
        let words = StudyWords(self, results)
        let groups = data.grouping?.ids ?? Array(0..<data.store.count)
        var found = try results.findings(groups: groups) { kind in
            var conditions = try words.conditions(kind)
            conditions.data?.synthetic = synthetic
            return conditions
        }
        let stages = NetworkStages(store, data, device: device)
        found.costs = try StudyCosts(plan, stages, device: device)
            .records(earlier: earlier("costs.json"))
        if study.experiments.contains(where: { $0.inUse == true }) {
            found.uses = try StudyUse(
                plan, stages, data, engine: StudyUse.engine(program: program), note: note
            ).records(earlier: earlier("uses.json"))
        }
        var files = try found.write(to: folder)
        if try StudyGenerators.showSheets(plan, store, in: folder) {
            files.append("\(StudyGenerators.folder)/*.png")
        }
        return (found, files)
    }

    private func earlier<Record: Decodable>(_ name: String) -> [Record] {
        (try? Data(contentsOf: folder.appendingPathComponent(name))).flatMap {
            try? JSONDecoder().decode([Record].self, from: $0)
        } ?? []
    }
}
