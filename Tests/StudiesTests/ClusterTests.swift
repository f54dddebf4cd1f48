import Core
import Foundation
import Models
import Pruning
import Results
import Testing
import Training

@testable import Studies

/// A study as jobs: what depends on what, what the scripts say, and what Slurm's words mean.
@Suite struct ClusterTests {
    /// `seeds` trainings with two prunings each, a training after each.
    private func plan(_ seeds: Int) throws -> StudyPlan {
        var study = TinyStudy.study
        study.protocols = [study.protocols[0]]
        study.seeds = Array(0..<UInt64(seeds))
        study.experiments = [Experiment("x", [.unpruned, .percentile, .random], amounts: [0.5])]
        let facts = PlanFacts(
            classes: ["a", "b"], identity: "pictures", groupRule: "prefix",
            weights: [.resnet18: .file(hash: "weights")])
        return try StudyPlanner.plan(study, facts)
    }

    /// Every stage once, after all that it needs; no array longer than it may be.
    @Test(arguments: [(1, 1000), (3, 1000), (3, 4), (3, 1), (7, 5)])
    func arraysComeAfterWhatTheyNeed(seeds: Int, limit: Int) throws {
        let plan = try plan(seeds)
        let arrays = JobArray.all(plan.items, limit: limit)
        #expect(arrays.allSatisfy { (1...limit).contains($0.items.count) })
        let ids = arrays.flatMap(\.items).map(\.stage.id)
        #expect(ids.count == plan.items.count && Set(ids) == Set(plan.items.map(\.stage.id)))
        #expect(Set(arrays.map(\.name)).count == arrays.count)
        for (index, array) in arrays.enumerated() {
            let before = Set(array.needs.flatMap { arrays[$0].items }.map(\.stage.id))
            #expect(array.needs.allSatisfy { $0 < index })
            let parents = Set(array.items.flatMap(\.stage.parents))
            #expect(parents.isSubset(of: before))
            // And after nothing else.
            for need in array.needs {
                #expect(!parents.isDisjoint(with: arrays[need].items.map(\.stage.id)))
            }
        }
        if limit == 1000 { #expect(arrays.map(\.level) == [1, 2, 3, 4, 5]) }
    }

    /// What is at work already is waited for by its task.
    @Test func arraysWaitForTasksOfBefore() throws {
        let plan = try plan(2)
        let fine = try #require(plan.items.first { $0.label.hasSuffix("fine-tune") })
        let open = plan.items.filter { $0.stage.id != fine.stage.id }
        let arrays = JobArray.all(open, limit: 100, running: [fine.stage.id: "12_3"])
        let waiting = arrays.filter { !$0.needsTasks.isEmpty }
        #expect(waiting.allSatisfy { $0.needsTasks == ["12_3"] } && !waiting.isEmpty)
    }

    @Test func timesAreReadAsSbatchDoes() {
        let cases: [(String, Int?)] = [
            ("90", 90), ("90:30", 90), ("1:30:00", 90), ("2-0", 2880), ("1-12:30", 2190),
            ("1-0:0:30", 1440), ("", nil), ("1h", nil), ("-5", nil), ("1:2:3:4", nil), ("1-", nil),
        ]
        for (text, minutes) in cases { #expect(JobOptions.minutes(text) == minutes, "\(text)") }
    }

    @Test func wordsOfSlurm() {
        func task(_ name: String, _ state: String, _ reason: String, _ node: String) -> Slurm.Task {
            Slurm.Task(name: name, state: state, reason: reason, node: node)
        }
        let cases: [(String, [Slurm.Task])] = [
            ("12|RUNNING|None|n1\n", [task("12", "RUNNING", "None", "n1")]),
            (
                "12_[4-5,9%2]|PENDING|Resources|",
                ["12_4", "12_5", "12_9"].map { task($0, "PENDING", "Resources", "") }
            ),
            (
                "12_[0-4:2]|PENDING|Priority|",
                [0, 2, 4].map { task("12_\($0)", "PENDING", "Priority", "") }
            ),
            ("12_3|CANCELLED by 0|None|n2", [task("12_3", "CANCELLED", "None", "n2")]),
            ("", []), ("slurm_load_jobs error: x", []), ("12_[x]|PENDING|a|", []),
        ]
        for (text, tasks) in cases { #expect(Slurm.parse(text) == tasks, "\(text)") }
    }

    @Test func dependenciesAreSbatchs() {
        #expect(JobScript.after([]) == "")
        #expect(JobScript.after(["12", "13_4"]) == " --dependency=afterok:12:13_4")
        #expect(JobScript.after(["1"], ended: ["9"]) == " --dependency=afterok:1,afterany:9")
        #expect(JobScript.after([], ended: ["9"]) == " --dependency=afterany:9")
    }

    @Test func wordsOfAScriptAreQuoted() {
        for (text, word) in [
            ("/a/b_c-1.x=2", "/a/b_c-1.x=2"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"),
            ("$x", "'$x'"),
        ] {
            #expect(JobScript.quoted(text) == word)
        }
    }

    /// Where a stage is, by what is seen of it.
    @Test func statesOfStages() throws {
        func claim(_ isLive: Bool) -> ResultLock.Claim {
            ResultLock.Claim(
                by: Claimant(host: "n1", place: "x", pid: 5, began: 1, job: "7_0", serial: 1),
                isLive: isLive)
        }
        func task(_ state: String, _ reason: String = "None") -> Slurm.Task {
            Slurm.Task(name: "7_0", state: state, reason: reason, node: "n1")
        }
        let failure = try JSONDecoder().decode(
            StageFailure.self, from: Data(#"{"reason":"no","host":"n1","job":"7_0","at":0}"#.utf8))
        func state(
            _ claim: ResultLock.Claim? = nil, failure: StageFailure? = nil,
            _ task: Slurm.Task? = nil,
            sent: Bool = true, asked: Bool = true
        ) -> StudyWatch.State {
            StudyWatch.state(
                claim: claim, failure: failure, isSubmitted: sent, isAsked: asked, task: task)
        }
        #expect(state(claim(true), task("PENDING")) == .running("process 5 on n1, job 7_0"))
        #expect(state(nil, task("RUNNING")) == .running("job 7_0 on n1"))
        #expect(state(nil, failure: failure, task("PENDING", "Priority")) == .queued("Priority"))
        #expect(state(nil, failure: failure, task("FAILED")) == .failed("no (on n1, job 7_0)"))
        #expect(state(nil, task("TIMEOUT", "TimeLimit")) == .failed("TIMEOUT, TimeLimit on n1"))
        #expect(state(claim(false), task("NODE_FAIL")) == .failed("NODE_FAIL on n1"))
        #expect(
            state(nil, task("PENDING", "DependencyNeverSatisfied"))
                == .failed("PENDING, DependencyNeverSatisfied on n1"))
        #expect(
            state(nil, task("COMPLETED"))
                == .failed("job 7_0 ended well, but the stage is not done"))
        #expect(
            state(claim(false), sent: false) == .failed("lost: process 5 on n1, job 7_0 is gone"))
        #expect(state() == .failed("lost: Slurm does not know its job any more"))
        #expect(state(asked: false) == .queued("submitted; squeue cannot be asked here"))
        #expect(state(sent: false) == .open)
    }

    /// Each stage is found in the book by any of its first digits, and nothing else is.
    @Test func theBookFindsEveryStage() throws {
        try withScratch { root in
            #expect(throws: StudyError.self) { _ = try StageBook.find("ab", in: root) }
            let (plan, store) = (try plan(9), try StageStore(root))
            try store.keepBook(plan)
            for item in plan.items {
                for digits in [item.stage.id, String(item.stage.id.prefix(20))] {
                    let entry = try StageBook.find(digits, in: root)
                    #expect(entry.stage == item.stage && entry.stage.id == item.stage.id)
                    #expect(entry.label == item.label && entry.size == 32)
                    #expect(entry.keeps == plan.keepsNetwork(item.stage))
                }
            }
            let wrong = [
                "", "g", String(repeating: "0", count: 64), String(repeating: "f", count: 64),
                plan.items[0].stage.id + "0", String(plan.items[0].stage.id.prefix(1)),
            ]
            for digits in wrong {
                #expect(throws: StudyError.self, "\(digits)") {
                    _ = try StageBook.find(digits, in: root)
                }
            }
        }
    }

    /// The schedule against a slow one that looks at every job each time.
    @Test func schedulesAreThoseOfASlowOne() {
        var random = SplitMix64(seed: 3)
        for round in 0..<200 {
            let count = 1 + random.index(below: 30)
            let jobs = (0..<count).map { index in
                let parents = (0..<random.index(below: 3)).map { _ in
                    "\(random.index(below: max(1, index)))"
                }
                // Whole numbers, so that many end at once.
                return Schedule.Job(
                    id: "\(index)", parents: index == 0 ? ["before"] : parents,
                    seconds: Double(random.index(below: 4)),
                    isRunning: index < 2 && round % 3 == 0)
            }
            for workers in 1...4 {
                #expect(Schedule.seconds(jobs, workers: workers) == slow(jobs, workers))
            }
        }
    }

    private func slow(_ jobs: [Schedule.Job], _ workers: Int) -> Double {
        var pending = Set(jobs.map(\.id))
        var waiting = jobs.indices.filter { !jobs[$0].isRunning }
        var running = jobs.indices.filter { jobs[$0].isRunning }.map { (jobs[$0].seconds, $0) }
        var now = 0.0
        while true {
            while running.count < workers,
                let place = waiting.firstIndex(where: {
                    jobs[$0].parents.allSatisfy { !pending.contains($0) }
                })
            {
                let job = waiting.remove(at: place)
                running.append((now + jobs[job].seconds, job))
            }
            guard let next = running.indices.min(by: { running[$0].0 < running[$1].0 }) else {
                return now
            }
            let (end, job) = running.remove(at: next)
            now = end
            pending.remove(jobs[job].id)
        }
    }
}

/// The scheduler's side of a study of many stages: nothing is lost of them, whatever their number.
/// `winnow measure-scheduler` times 100,000.
@Suite struct SchedulerTrialTests {
    @Test func everyStageIsSomewhere() throws {
        try withScratch { root in
            let found = try SchedulerTrial.run(stages: 2000, in: root)
            let (times, standing) = (found.times, found.standing)
            #expect(times.stages >= 2000 && times.arrays > 5)
            #expect(standing.stages == times.stages && standing.asksSlurm)
            let (running, queued) = (standing.running.count, standing.queued.count)
            #expect(standing.done >= times.stages / 2 && running > 900 && queued > 0)
            #expect(standing.done + running + queued == times.stages && standing.failed.isEmpty)
        }
    }
}
