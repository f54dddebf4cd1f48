import Core
import Foundation
import Results

/// A study as jobs of Slurm: one array a level of its stages, in scripts that a person can read and hand over.
package struct Submission {
    package let plan: StudyPlan
    package let arrays: [JobArray]
    /// Stages that are done, and those that wait or run as jobs already.
    package let done: Int
    package let atWork: Int
    /// Jobs of earlier submissions that some of these are in.
    private let earlier: [String]
    private let store: StageStore
    private let script: JobScript
    private let slurm: Slurm

    /// Looks at what is left to do; writes nothing.
    ///
    /// - Parameters:
    ///   - arguments: pictures and weights, as options of the program.
    ///   - resumes: whether stages that were submitted before and are neither done nor with Slurm are submitted again.
    ///   - limit: stages of one array at most.
    /// - Throws: `StudyError` where the study was submitted before and `resumes` is not given, or Slurm cannot be asked.
    package init(
        _ plan: StudyPlan, folder: URL, program: URL, arguments: [String], _ options: JobOptions,
        limit: Int, resumes: Bool, _ slurm: Slurm = Slurm()
    ) throws {
        try options.check()
        store = try StageStore(folder, isMade: false)
        (self.plan, self.slurm) = (plan, slurm)
        let open = Self.open(plan, store)
        done = plan.items.count - open.count
        let earlier = try SubmissionRecord.tasks(folder)
        var running: [String: String] = [:]
        if !earlier.jobs.isEmpty {
            guard resumes else {
                throw StudyError(
                    "\(folder.path): was submitted before (jobs \(Self.some(earlier.jobs))). See "
                        + "where it is with winnow runs watch; `resume` submits what failed or was lost"
                )
            }
            running = try Self.running(open, earlier.byStage, slurm)
        }
        atWork = running.count
        self.earlier = Set(running.values.map { String($0.prefix { $0 != "_" }) }).sorted()
        arrays = JobArray.all(
            open.filter { running[$0.stage.id] == nil },
            limit: min(limit, options.arrayLimit ?? limit),
            running: running)
        script = JobScript(
            study: plan.study.name, folder: folder, place: SubmissionRecord.next(folder),
            program: program, options: options, source: arguments)
    }

    /// Stages that are to be done: also those done before whose network is needed and was not kept.
    private static func open(_ plan: StudyPlan, _ store: StageStore) -> [StudyPlan.Item] {
        let finished = store.results.finished()
        var open = Set(plan.items.lazy.map(\.stage.id).filter { !finished.contains($0) })
        for item in plan.items.reversed() where open.contains(item.stage.id) {
            for id in item.stage.parents where !open.contains(id) {
                guard let parent = plan[id]?.stage, case .train = parent.work else { continue }
                let network = NetworkStages.model(store.folder(parent)).path
                if !FileManager.default.fileExists(atPath: network) { open.insert(id) }
            }
        }
        return plan.items.filter { open.contains($0.stage.id) }
    }

    /// Stages that wait or run, by the tasks that they are.
    private static func running(
        _ open: [StudyPlan.Item], _ tasks: [String: String], _ slurm: Slurm
    ) throws -> [String: String] {
        let submitted = open.compactMap { item in tasks[item.stage.id].map { (item.stage.id, $0) } }
        guard let known = slurm.tasks(submitted.map(\.1)) else {
            throw StudyError(
                "squeue does not answer, so nobody knows which stages wait or run. Call this where "
                    + "jobs can be submitted from")
        }
        return submitted.reduce(into: [:]) { found, pair in
            if known[pair.1]?.isAlive == true { found[pair.0] = pair.1 }
        }
    }

    private static func some(_ jobs: [String]) -> String {
        jobs.prefix(5).joined(separator: ", ")
            + (jobs.count > 5 ? " and \(jobs.count - 5) more" : "")
    }

    /// Where the scripts are written.
    package var place: URL { script.place }

    /// The script of an array, as it is written.
    package func text(_ array: JobArray) -> String { script.text(array, of: arrays) }

    /// Writes the scripts, the lists of their stages and what the stages are.
    ///
    /// - Throws: what a folder that refuses says.
    package func write() throws {
        let store = try StageStore(script.folder)
        try StageStore.write(plan.study, to: StudyRun.studyFile(script.folder))
        try store.keep(plan)
        try store.keepBook(plan)
        try ResultStore.create(place.appendingPathComponent("logs"))
        for array in arrays {
            try write(script.text(array, of: arrays), "\(array.name).sh")
            let lines = array.items.map { "\($0.stage.id)  \($0.label)\n" }
            try write(lines.joined(), "\(array.name).txt")
        }
        try write(script.finish(arrays), "finish.sh")
        try write(script.byHand(arrays), "submit.sh")
        try record.write(place)
    }

    private func write(_ text: String, _ name: String) throws {
        let file = place.appendingPathComponent(name)
        try StageStore.write(lines: [Data(text.utf8)], to: file)
        if name.hasSuffix(".sh") { chmod(file.path, 0o755) }
    }

    private var record: SubmissionRecord {
        let levels = arrays.map {
            SubmissionRecord.Script(name: $0.name, tasks: $0.items.count, job: nil)
        }
        return SubmissionRecord(
            study: plan.study.name,
            scripts: levels + [SubmissionRecord.Script(name: "finish", tasks: 0, job: nil)])
    }

    /// Writes down that all was handed over, which it was not: for `SchedulerTrial`.
    func pretend() throws {
        var record = record
        for index in record.scripts.indices { record.scripts[index].job = "\(index + 1)" }
        try record.write(place)
    }

    /// Hands the scripts that were written to Slurm, each after those that it needs.
    ///
    /// - Parameter onSubmit: told of each, with its number.
    /// - Throws: `StudyError` with what sbatch said; what was handed over before stays so, and is written down.
    @discardableResult
    package func submit(onSubmit: (String, String) -> Void = { _, _ in }) throws -> SubmissionRecord
    {
        var record = record
        var jobs: [String] = []
        for (index, item) in record.scripts.enumerated() {
            let isArray = index < arrays.count
            let after =
                isArray ? arrays[index].needs.map { jobs[$0] } + arrays[index].needsTasks : jobs
            do {
                let file = place.appendingPathComponent("\(item.name).sh")
                jobs.append(try slurm.submit(file, after: after, ended: isArray ? [] : earlier))
            } catch {
                throw StudyError(
                    "\(error). \(jobs.count) of \(record.scripts.count) scripts were submitted before: "
                        + "mend that, and submit again with `resume`")
            }
            record.scripts[index].job = jobs[index]
            try record.write(place)
            onSubmit(item.name, jobs[index])
        }
        return record
    }
}

extension Slurm.Task {
    /// Whether it waits or runs, and can come to an end by itself.
    package var isAlive: Bool { isWaiting || isRunning }

    /// One that waits for what failed waits for ever.
    package var isWaiting: Bool {
        ["PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SUSPENDED"]
            .contains(state) && reason != "DependencyNeverSatisfied"
    }

    package var isRunning: Bool {
        ["RUNNING", "CONFIGURING", "COMPLETING", "RESIZING", "SIGNALING", "STAGE_OUT", "STOPPED"]
            .contains(state)
    }
}
