/// When stages will be done: every worker that is free takes the first stage, in the plan's order, whose
/// parents are done.
struct Schedule {
    /// A stage that is not done yet.
    struct Job {
        let id: String
        let parents: [String]
        /// What is left of it, on one worker.
        let seconds: Double
        /// Whether a worker is at it now.
        var isRunning = false
    }

    private let jobs: [Job]
    private var pending: Set<String>
    private var waiting: [Int]
    private var running: [(end: Double, job: Int)] = []

    /// Seconds until `workers` workers have done all jobs; parents that are not among them are done.
    static func seconds(_ jobs: [Job], workers: Int) -> Double {
        var schedule = Schedule(jobs)
        return schedule.run(workers: max(1, workers))
    }

    private init(_ jobs: [Job]) {
        self.jobs = jobs
        pending = Set(jobs.map(\.id))
        waiting = jobs.indices.filter { !jobs[$0].isRunning }
        running = jobs.indices.filter { jobs[$0].isRunning }.map { (jobs[$0].seconds, $0) }
    }

    private mutating func run(workers: Int) -> Double {
        var now = 0.0
        while true {
            while running.count < workers, let place = waiting.firstIndex(where: isReady) {
                let job = waiting.remove(at: place)
                running.append((now + jobs[job].seconds, job))
            }
            guard let next = running.indices.min(by: { running[$0].end < running[$1].end }) else {
                return now
            }
            let (end, job) = running.remove(at: next)
            now = end
            pending.remove(jobs[job].id)
        }
    }

    private func isReady(_ job: Int) -> Bool {
        jobs[job].parents.allSatisfy { !pending.contains($0) }
    }
}
