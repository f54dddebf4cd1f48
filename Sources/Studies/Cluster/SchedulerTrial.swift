import Core
import Foundation
import Models
import Results

/// A study of many stages on paper: planned, written down for Slurm and watched half-way, with nothing trained. What
/// `winnow measure-scheduler` times, and docs/scale.md quotes.
package struct SchedulerTrial {
    /// Seconds that each part took.
    package struct Times: Codable, Sendable {
        package var stages = 0
        package var arrays = 0
        package var plan = 0.0
        /// What is open, and the arrays that do it.
        package var arrange = 0.0
        /// Scripts, lists, and what every stage is.
        package var write = 0.0
        /// The same for what is left half-way.
        package var resume = 0.0
        /// One look half-way, Slurm's answer included.
        package var watch = 0.0
        /// The time that is left on a thousand workers.
        package var estimate = 0.0
        /// A worker's look at what its stage is: the mean of a hundred.
        package var lookup = 0.0
    }

    /// What the watch found.
    package struct Found: Sendable {
        package let times: Times
        package let standing: StudyWatch.Standing
    }

    private let root: URL
    private static let running = 1000

    /// - Parameters:
    ///   - stages: at least so many.
    ///   - root: an empty folder, where the study is written.
    package static func run(stages: Int, in root: URL) throws -> Found {
        try SchedulerTrial(root: root).run(stages)
    }

    private init(root: URL) { self.root = root }

    private var bin: URL { root.appendingPathComponent("bin") }
    private var slurm: Slurm { Slurm(path: bin.path) }

    private func run(_ stages: Int) throws -> Found {
        var times = Times()
        func time<Value>(
            _ part: WritableKeyPath<Times, Double>, _ body: () throws -> Value
        ) rethrows -> Value {
            let begun = ContinuousClock.now
            let value = try body()
            times[keyPath: part] = (ContinuousClock.now - begun) / .seconds(1)
            return value
        }
        let plan = try time(\.plan) { try Self.plan(stages) }
        times.stages = plan.items.count
        let first = try time(\.arrange) { try submission(plan, resumes: false) }
        times.arrays = first.arrays.count
        try time(\.write) { try first.write() }
        try pretend(plan, first)
        _ = try time(\.resume) { try submission(plan, resumes: true) }
        let standing = try time(\.watch) {
            var watch = try StudyWatch(StoreIndex.store(root), slurm)
            return try watch.look()
        }
        let counts = PictureCounts(trained: 900, validation: 100, tested: 100)
        let loads = StageLoad.all(plan) { _ in counts }
        let estimate = try PlanEstimate(
            plan, items: plan.items, loads, StageStore(root), probe: StepProbe(secondsOfPass: 0.01))
        _ = time(\.estimate) { estimate.standing(workers: Self.running, threads: 1) }
        let some = stride(from: 0, to: plan.items.count, by: max(1, plan.items.count / 100))
        try time(\.lookup) {
            for place in some { _ = try StageBook.find(plan.items[place].stage.id, in: root) }
        }
        times.lookup /= Double(some.underestimatedCount)
        return Found(times: times, standing: standing)
    }

    /// The paper's study with as many seeds as it takes.
    private static func plan(_ stages: Int) throws -> StudyPlan {
        var study = try StudyPreset.named("paper").study
        let facts = PlanFacts(
            classes: ["a", "b"], identity: "pictures", groupRule: "prefix",
            weights: Dictionary(
                uniqueKeysWithValues: study.architectures.map { ($0, .file(hash: "weights")) }))
        study.seeds = [0]
        let each = try StudyPlanner.plan(study, facts).items.count
        study.seeds = Array(0..<UInt64(max(1, (stages + each - 1) / each)))
        return try StudyPlanner.plan(study, facts)
    }

    private func submission(_ plan: StudyPlan, resumes: Bool) throws -> Submission {
        try Submission(
            plan, folder: root, program: URL(fileURLWithPath: "/usr/bin/winnow"),
            arguments: ["--data=/pictures"], JobOptions(), limit: Slurm.usualArrayLimit,
            resumes: resumes, slurm)
    }

    /// Half of the stages done, a thousand at work, the rest with Slurm, as a program called squeue says.
    private func pretend(_ plan: StudyPlan, _ submission: Submission) throws {
        let store = try StageStore(root)
        let (half, all) = (plan.items.count / 2, plan.items)
        for item in all[..<half] { try ResultStore.create(store.folder(item.stage)) }
        for item in submission.arrays.flatMap(\.items) where item.stage.parents.isEmpty {
            try ResultStore.create(store.folder(item.stage))
        }
        for (place, item) in all[half...].prefix(Self.running).enumerated() {
            let claim = store.results.lockFile(item.stage.id)
            try ResultStore.create(claim)
            let by = Claimant(
                host: "node\(place)", place: "elsewhere", pid: 1, began: 1, job: "1", serial: 1)
            try Data().write(to: claim.appendingPathComponent(by.name))
        }
        try submission.pretend()
        let lines = submission.arrays.enumerated().map { index, array in
            "\(index + 1)_[0-\(array.items.count - 1)]|PENDING|Dependency|\n"
        }
        try StageStore.write(
            lines: lines.map { Data($0.utf8) }, to: root.appendingPathComponent("queue"))
        let squeue = bin.appendingPathComponent("squeue")
        try ResultStore.create(bin)
        try Data("#!/bin/sh\nexec cat '\(root.path)/queue'\n".utf8).write(to: squeue)
        chmod(squeue.path, 0o755)
    }
}
