import Foundation
import Models
import Torch

/// How much of a plan is left to do, and how long that takes.
///
/// The time is that of a schedule of the stages that are left, each at the cost that stages of its kind
/// had in this study (`StageCosts`), the ones in progress included. Before any was measured, a training
/// step is timed (`StepProbe`).
package final class PlanEstimate {
    private let plan: StudyPlan
    /// Identities are hashes: each is worked out once.
    private let stages: [(id: String, stage: Stage)]
    /// Of those that are to be done.
    private let wanted: Set<String>
    private let store: StageStore
    private let loads: [String: StageLoad]
    /// Stages seen to be done, with their timing where there is one: neither changes any more.
    private var finished: [String: StageTiming?] = [:]
    private var probe: StepProbe?

    /// Where the costs of an estimate come from.
    package enum Basis: String, Sendable {
        case measured = "by what the stages so far took"
        case probed = "by a training step just timed"
        case unknown = "nothing timed yet"
    }

    /// How far a plan is.
    package struct Standing: Sendable {
        package let done: Int
        package let stages: Int
        /// Share of the work that is done, 0 to 1, by cost.
        package let share: Double
        /// Seconds until all is done; nil while nothing was timed.
        package let left: Double?
        package let basis: Basis
    }

    /// - Parameters:
    ///   - items: the plan's stages that are to be done.
    ///   - data: the pictures, whose parts are counted.
    package convenience init(
        _ plan: StudyPlan, items: [StudyPlan.Item], _ data: PictureData, _ store: StageStore
    ) throws {
        self.init(plan, items: items, try StageLoad.all(plan, data), store)
    }

    init(
        _ plan: StudyPlan, items: [StudyPlan.Item], _ loads: [String: StageLoad],
        _ store: StageStore, probe: StepProbe? = nil
    ) {
        self.probe = probe
        self.plan = plan
        stages = plan.items.map { ($0.stage.id, $0.stage) }
        wanted = Set(items.map(\.stage.id))
        self.store = store
        self.loads = loads
    }

    /// Stages done so far.
    package var done: Int {
        look()
        return wanted.count { finished[$0] != nil }
    }

    /// Times a training step of the study, unless stages of it were timed already.
    ///
    /// - Parameter threads: of one worker.
    package func prepare(threads: Int, device: Device) throws {
        look()
        guard probe == nil, !costs([]).isMeasured, done < wanted.count else { return }
        probe = try StepProbe(plan.study, threads: threads, device: device)
    }

    /// How far the plan is.
    ///
    /// - Parameters:
    ///   - threads: of each worker.
    ///   - running: what the workers say that they are at.
    package func standing(
        workers: Int, threads: Int, running: [WorkerProgress] = []
    ) -> Standing {
        look()
        let threads = Double(max(1, threads))
        let costs = costs(running)
        let active = Dictionary(running.map { ($0.stage, $0) }) { first, _ in first }
        var (spent, jobs, isKnown) = (0.0, [Schedule.Job](), true)
        for (id, stage) in stages where wanted.contains(id) {
            guard let load = loads[id] else { continue }
            let whole = costs.seconds(load)
            if whole == nil { isKnown = false }
            if finished[id] != nil {
                spent += whole ?? 0
                continue
            }
            let worker = active[id]
            let share = worker.map { shareDone($0, load) } ?? 0
            spent += share * (whole ?? 0)
            jobs.append(
                Schedule.Job(
                    id: id, parents: stage.parents, seconds: (1 - share) * (whole ?? 0) / threads,
                    isRunning: worker != nil))
        }
        let open = jobs.map(\.seconds).reduce(0, +) * threads
        let left = jobs.isEmpty ? 0 : Schedule.seconds(jobs, workers: workers)
        return Standing(
            done: wanted.count - jobs.count, stages: wanted.count,
            share: jobs.isEmpty ? 1 : spent > 0 ? spent / (spent + open) : 0,
            left: isKnown || jobs.isEmpty ? left : nil,
            basis: costs.isMeasured ? .measured : isKnown ? .probed : .unknown)
    }

    /// Seconds that a whole plan takes, by a training step alone.
    ///
    /// - Parameter threads: of each worker.
    package static func seconds(
        _ plan: StudyPlan, _ data: PictureData, _ probe: StepProbe, workers: Int, threads: Int
    ) throws -> Double {
        let costs = StageCosts(probed: probe.secondsOfPass)
        let loads = try StageLoad.all(plan, data)
        let jobs = plan.items.map { item in
            let seconds = loads[item.stage.id].flatMap(costs.seconds) ?? 0
            return Schedule.Job(
                id: item.stage.id, parents: item.stage.parents,
                seconds: seconds / Double(max(1, threads)))
        }
        return Schedule.seconds(jobs, workers: workers)
    }

    /// How much of a stage its worker has done, 0 to 1.
    private func shareDone(_ worker: WorkerProgress, _ load: StageLoad) -> Double {
        load.work > 0 ? min(1, work(worker, load) / load.work) : 0
    }

    private func work(_ worker: WorkerProgress, _ load: StageLoad) -> Double {
        load.work(epochs: max(0, worker.epoch - 1), pictures: worker.done)
    }

    /// Seconds after which the speed of a stage in progress is believed.
    private static let settled = 10.0

    /// Sees which stages were done since the last look.
    private func look() {
        let done = store.results.finished()
        for (id, _) in stages where finished[id] == nil && done.contains(id) {
            finished[id] = .some(StageTiming.read(id, store))
        }
    }

    /// Costs of what is done, and of what the workers are at.
    private func costs(_ running: [WorkerProgress]) -> StageCosts {
        var costs = StageCosts(probed: probe?.secondsOfPass)
        for (id, timing) in finished {
            guard let timing, let load = loads[id] else { continue }
            // A stage that was interrupted is timed from where it went on.
            let share = load.pictures > 0 ? Double(timing.pictures) / Double(load.pictures) : 0
            costs.add(
                load, work: share * load.work, seconds: timing.seconds * Double(timing.threads))
        }
        for worker in running where finished[worker.stage] == nil {
            guard let load = loads[worker.stage], let begun = worker.begun,
                let threads = worker.threads
            else { continue }
            let done = Double(max(0, worker.epoch - 1) * load.trained + worker.done)
            let own = min(done, Double(worker.pictures ?? 0))
            // A stage that has just begun tells more of how it is set up than of its speed.
            guard own > 0, worker.updated - begun >= Self.settled else { continue }
            costs.add(
                load, work: work(worker, load) * own / done,
                seconds: (worker.updated - begun) * Double(threads))
        }
        return costs
    }
}
