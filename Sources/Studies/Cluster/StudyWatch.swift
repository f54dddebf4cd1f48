import Foundation
import Results

/// Where the stages of a store are, whoever does them: what `winnow runs watch` shows. Nothing is changed.
package struct StudyWatch {
    private let store: StageStore
    private let slurm: Slurm
    /// Every stage that the store's plans name, and what they call it.
    private let labels: [String: String]
    private let order: [String]
    private var asked: (tasks: [String: Slurm.Task]?, at: ContinuousClock.Instant)?

    /// A stage that is neither done nor left alone.
    package struct Line: Encodable, Sendable {
        package let stage: String
        package let label: String
        /// Who is at it, why it waits, or why it failed.
        package let words: String
        /// Slurm's `12_3`; nil outside of it.
        package let task: String?
        package let progress: WorkerProgress?
    }

    /// Where all of them are.
    package struct Standing: Encodable, Sendable {
        package let done: Int
        package let stages: Int
        package let running: [Line]
        package let queued: [Line]
        package let failed: [Line]
        /// Whether Slurm was asked; where it is not here the store alone speaks.
        package let asksSlurm: Bool
    }

    package init(_ store: StageStore, _ slurm: Slurm = Slurm()) throws {
        (self.store, self.slurm) = (store, slurm)
        var (labels, order) = ([String: String](), [String]())
        for plan in try store.plans() {
            for (id, label) in zip(plan.stages, plan.labels)
            where labels.updateValue(label, forKey: id) == nil { order.append(id) }
        }
        (self.labels, self.order) = (labels, order)
    }

    /// Looks at the folders, and asks Slurm where anything was submitted and is not done.
    package mutating func look() throws -> Standing {
        let finished = store.results.finished()
        let open = order.filter { !finished.contains($0) }
        let claims = store.results.claims()
        let failures = StageFailure.all(store)
        let submitted = try SubmissionRecord.tasks(store.root).byStage
        let tasks = ask(open.compactMap { submitted[$0] })
        let progress = Dictionary(store.workers(claims).map { ($0.stage, $0) }) { $1 }
        var (running, queued, failed) = ([Line](), [Line](), [Line]())
        for id in open {
            let task = submitted[id]
            func line(_ words: String) -> Line {
                Line(
                    stage: id, label: labels[id] ?? "", words: words, task: task,
                    progress: progress[id])
            }
            switch Self.state(
                claim: claims[id], failure: failures[id], isSubmitted: task != nil,
                isAsked: tasks != nil, task: task.flatMap { tasks?[$0] })
            {
            case .running(let words): running.append(line(words))
            case .queued(let words): queued.append(line(words))
            case .failed(let words): failed.append(line(words))
            case .open: break
            }
        }
        return Standing(
            done: order.count - open.count, stages: order.count, running: running, queued: queued,
            failed: failed, asksSlurm: !submitted.isEmpty && tasks != nil)
    }

    /// Slurm is asked every ten seconds at most: it has others to serve.
    private mutating func ask(_ names: [String]) -> [String: Slurm.Task]? {
        let now = ContinuousClock.now
        if let asked, now - asked.at < .seconds(10) { return asked.tasks }
        let tasks = slurm.tasks(names)
        asked = (tasks, now)
        return tasks
    }

    enum State: Equatable {
        case running(String)
        case queued(String)
        case failed(String)
        /// Nobody is asked to do it.
        case open
    }

    /// Where a stage is that is not done: what is seen in the store comes first, since Slurm's word is older.
    static func state(
        claim: ResultLock.Claim?, failure: StageFailure?, isSubmitted: Bool, isAsked: Bool,
        task: Slurm.Task?
    ) -> State {
        if let claim, claim.isLive { return .running(claim.by.words) }
        if let task, task.isRunning { return .running("job \(task.name) on \(task.node)") }
        if let task, task.isWaiting { return .queued(task.reason) }
        if let failure {
            return .failed(
                failure.reason + " (on \(failure.host)"
                    + (failure.job.isEmpty ? "" : ", job \(failure.job)") + ")")
        }
        if let task {
            let reason = task.reason == "None" || task.reason.isEmpty ? "" : ", \(task.reason)"
            return .failed(
                task.state == "COMPLETED"
                    ? "job \(task.name) ended well, but the stage is not done"
                    : "\(task.state)\(reason)" + (task.node.isEmpty ? "" : " on \(task.node)"))
        }
        if let claim { return .failed("lost: \(claim.by.words) is gone") }
        guard isSubmitted else { return .open }
        return isAsked
            ? .failed("lost: Slurm does not know its job any more")
            : .queued("submitted; squeue cannot be asked here")
    }
}
