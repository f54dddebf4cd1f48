import Core
import Foundation
import Models
import Results
import Testing

@testable import Studies

@Suite struct ScheduleTests {
    private func job(
        _ id: String, _ parents: [String], _ seconds: Double, _ isRunning: Bool = false
    )
        -> Schedule.Job
    {
        Schedule.Job(id: id, parents: parents, seconds: seconds, isRunning: isRunning)
    }

    /// Worked out by hand.
    @Test func workersTakeWhatIsReady() {
        #expect(Schedule.seconds([], workers: 2) == 0)
        let chain = [job("a", ["done"], 3), job("b", ["a"], 4), job("c", ["b"], 5)]
        #expect(Schedule.seconds(chain, workers: 4) == 12)
        let apart = [job("a", [], 3), job("b", [], 4), job("c", [], 5)]
        #expect(Schedule.seconds(apart, workers: 1) == 12)
        #expect(Schedule.seconds(apart, workers: 2) == 8)
        #expect(Schedule.seconds(apart, workers: 3) == 5)
        // What runs already keeps its worker: 0-2 c, 2-6 b; 0-3 a.
        let begun = [job("a", [], 3), job("b", [], 4), job("c", [], 2, true)]
        #expect(Schedule.seconds(begun, workers: 2) == 6)
        // The last has to wait for one that is taken up late.
        let late = [job("a", [], 4), job("b", [], 4), job("c", [], 1), job("d", ["c"], 2)]
        #expect(Schedule.seconds(late, workers: 2) == 7)
    }
}

@Suite struct StageCostsTests {
    private let load = StageLoad(
        kind: .training(.resnet18, protocolName: "leak-free"), epochs: 2, trained: 100,
        validation: 30,
        tested: 20)

    @Test func workIsCountedInForwardPasses() {
        #expect(load.pictures == 200)
        // Two epochs of three passes for 100 and one for 30, and one for 20.
        #expect(load.work == 680)
        #expect(load.work(epochs: 1, pictures: 10) == 360)
        let larger = StageLoad(
            kind: .training(.resnet34, protocolName: "leak-free"), epochs: 2, trained: 100,
            validation: 30, tested: 20)
        // ResNet-34 has 2.02 times the multiply-adds.
        #expect(abs(larger.work / 680 - 2.02) < 0.01)
    }

    /// By the own kind, or else by all trainings, or else by the step that was timed.
    @Test func theNearestMeasurementCounts() {
        var costs = StageCosts()
        #expect(costs.seconds(load) == nil && !costs.isMeasured)
        costs = StageCosts(probed: 0.5)
        #expect(costs.seconds(load) == 340 && !costs.isMeasured)
        let other = StageLoad(
            kind: .training(.resnet18, protocolName: "as-paper"), epochs: 1, trained: 100)
        costs.add(other, work: other.work, seconds: 600)
        #expect(costs.seconds(load) == 1360 && costs.isMeasured)
        costs.add(load, work: 68, seconds: 68)
        #expect(costs.seconds(load) == 680)
        #expect(costs.seconds(StageLoad(kind: .other("rewind"))) == 0)
        costs.add(StageLoad(kind: .other("rewind")), work: 0, seconds: 3)
        costs.add(StageLoad(kind: .other("start")), work: 0, seconds: 1)
        #expect(costs.seconds(StageLoad(kind: .other("rewind"))) == 3)
        #expect(costs.seconds(StageLoad(kind: .other("angle distinctiveness"))) == 2)
    }
}

/// A study that only pretends: every stage has a duration, and the clock is made up.
private struct PretendedRun {
    let plan: StudyPlan
    let ids: [String]
    let loads: [String: StageLoad]
    let store: StageStore
    let workers: Int
    /// Seconds, by stage.
    var durations: [String: Double] = [:]
    /// When each stage begins and ends.
    var spans: [String: ClosedRange<Double>] = [:]

    static let counts = PictureCounts(trained: 470, validation: 100, tested: 105)

    init(_ study: Study, _ root: URL, workers: Int, seed: UInt64) throws {
        let facts = PlanFacts(
            classes: ["a", "b"], identity: "pictures", groupRule: "prefix",
            weights: [.resnet18: .task(.people()), .resnet34: .file(hash: "w34")])
        plan = try StudyPlanner.plan(study, facts)
        ids = plan.items.map(\.stage.id)
        loads = StageLoad.all(plan) { split in
            split.protocolName == "as-paper"
                ? PictureCounts(trained: 1821, validation: 204, tested: 0) : Self.counts
        }
        store = try StageStore(root)
        self.workers = workers
        try ResultStore.create(root.appending(path: "timings"))
        var random = SplitMix64(seed: seed)
        for id in ids { durations[id] = try duration(#require(loads[id]), &random) }
        run()
    }

    /// What the estimate does not know of: files of each epoch, a slower protocol, costs that vary.
    private func duration(_ load: StageLoad, _ random: inout SplitMix64) -> Double {
        let noise = 0.85 + 0.3 * Double(random.next() >> 11) / Double(1 << 53)
        switch load.kind {
        case .training(_, let name):
            let rate = name == "as-paper" ? 0.0031 : 0.0022
            return noise * (1 + rate * load.work + 0.7 * Double(load.epochs))
        case .pretraining, .generator:
            return noise * (1 + 0.0027 * load.work + 0.7 * Double(load.epochs))
        case .other(let name): return noise * (name.hasPrefix("angle") ? 2.5 : 0.4)
        }
    }

    /// Workers take the first stage whose parents are done, as `StudyWorker` does.
    private mutating func run() {
        var (open, free) = (
            Array(zip(ids, plan.items.map(\.stage.parents))), [Double](repeating: 0, count: workers)
        )
        while !open.isEmpty {
            let worker = free.indices.min { free[$0] < free[$1] } ?? 0
            let now = free[worker]
            let ready = open.firstIndex { item in
                item.1.allSatisfy { spans[$0].map { $0.upperBound <= now } ?? false }
            }
            guard let ready else {
                // Waits for the next stage to end.
                free[worker] = spans.values.map(\.upperBound).filter { $0 > now }.min() ?? now
                continue
            }
            let id = open.remove(at: ready).0
            let end = now + (durations[id] ?? 0)
            spans[id] = now...end
            free[worker] = end
        }
    }

    var end: Double { spans.values.map(\.upperBound).max() ?? 0 }

    /// Puts what is done at a time where the store has it, and says what the workers are at.
    func advance(to now: Double, from last: Double) throws -> [WorkerProgress] {
        for id in ids {
            guard let span = spans[id], let load = loads[id], span.upperBound > last,
                span.upperBound <= now
            else { continue }
            try ResultStore.create(store.folder(id))
            StageTiming(
                pictures: load.pictures, seconds: span.upperBound - span.lowerBound, threads: 1
            ).write(id, store)
        }
        return ids.compactMap { id in
            guard let span = spans[id], let load = loads[id],
                span.lowerBound <= now, span.upperBound > now
            else { return nil }
            let share = (now - span.lowerBound) / (span.upperBound - span.lowerBound)
            let pictures = Int(share * Double(load.pictures))
            return WorkerProgress(
                pid: 1, stage: id, label: "",
                epoch: load.epochs == 0 ? 0 : min(load.epochs, pictures / load.trained + 1),
                epochs: load.epochs, done: load.epochs == 0 ? 0 : pictures % load.trained,
                total: load.trained, loss: nil, accuracy: nil, rate: nil, updated: now,
                begun: span.lowerBound, pictures: pictures, threads: 1)
        }
    }
}

@Suite struct PlanEstimateTests {
    /// From the second minute on the time left is right within 30%, on one worker and on several; the
    /// last half minute, where a second is a share, within ten seconds.
    @Test(arguments: [(1, UInt64(1)), (2, 2), (2, 3), (4, 4)])
    func theTimeLeftIsRightFromTheSecondMinute(_ workers: Int, _ seed: UInt64) throws {
        try withStageFolder { folder in
            let run = try PretendedRun(.quick, folder, workers: workers, seed: seed)
            let estimate = PlanEstimate(run.plan, items: run.plan.items, run.loads, run.store)
            #expect(run.end > 300, "too short to tell: \(run.end)")
            var last = -1.0
            var share = 0.0
            for now in stride(from: 60, to: run.end, by: 15) {
                let running = try run.advance(to: now, from: last)
                last = now
                let found = estimate.standing(workers: workers, threads: 1, running: running)
                let left = try #require(found.left)
                #expect(found.basis == .measured)
                let truth = run.end - now
                #expect(
                    abs(left - truth) <= max(10, 0.3 * truth),
                    "at \(now): said \(left), came to \(truth)")
                #expect(found.share >= share - 0.05 && found.share < 1)
                share = found.share
            }
            #expect(share > 0.9)
            _ = try run.advance(to: run.end, from: last)
            let end = estimate.standing(workers: workers, threads: 1)
            #expect(end.left == 0 && end.share == 1 && end.done == end.stages)
        }
    }

    /// Nothing is made up: without a measurement there is no time, with a timed step its own.
    @Test func whatWasNotTimedIsNotKnown() throws {
        try withStageFolder { folder in
            var study = Study.quick
            study.experiments = [Experiment("one", [.unpruned])]
            (study.seeds, study.protocols) = ([0], [.leakFree(epochs: 2)])
            let run = try PretendedRun(study, folder, workers: 1, seed: 1)
            let estimate = PlanEstimate(run.plan, items: run.plan.items, run.loads, run.store)
            let found = estimate.standing(workers: 1, threads: 1)
            #expect(found.left == nil && found.basis == .unknown && found.share == 0)
            let timed = PlanEstimate(
                run.plan, items: run.plan.items, run.loads, run.store,
                probe: StepProbe(secondsOfPass: 0.01))
            let work = run.loads.values.map(\.work).reduce(0, +)
            let left = try #require(timed.standing(workers: 1, threads: 2).left)
            #expect(abs(left - 0.005 * work) < 1e-6 * work)
            #expect(timed.standing(workers: 1, threads: 1).basis == .probed)
        }
    }

    /// A real step, at a size that takes no time.
    @Test func aStepIsTimed() throws {
        var study = Study.quick
        (study.size, study.training.batchSize) = (32, 2)
        let probe = try StepProbe(study, threads: 1)
        #expect(probe.secondsOfPass > 0 && probe.secondsOfPass < 10)
    }
}
