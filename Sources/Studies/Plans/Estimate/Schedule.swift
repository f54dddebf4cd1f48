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
    /// How many parents of each job are not done.
    private var open: [Int]
    /// Jobs that wait for each.
    private var children: [[Int]]
    /// Places of jobs whose parents are done, and ends of jobs that run.
    private var ready = Heap<Int>()
    private var running = Heap<End>()

    private struct End: Comparable {
        let time: Double
        /// Of those that end at once the one that began first comes first.
        let turn: Int
        let job: Int

        static func < (a: End, b: End) -> Bool { (a.time, a.turn) < (b.time, b.turn) }
    }

    /// Seconds until `workers` workers have done all jobs; parents that are not among them are done.
    ///
    /// - Complexity: O(n log n) for n jobs.
    static func seconds(_ jobs: [Job], workers: Int) -> Double {
        var schedule = Schedule(jobs)
        return schedule.run(workers: max(1, workers))
    }

    private init(_ jobs: [Job]) {
        self.jobs = jobs
        open = Array(repeating: 0, count: jobs.count)
        children = Array(repeating: [], count: jobs.count)
        let places = Dictionary(jobs.enumerated().map { ($1.id, $0) }) { first, _ in first }
        for (place, job) in jobs.enumerated() {
            for parent in job.parents.compactMap({ places[$0] }) {
                open[place] += 1
                children[parent].append(place)
            }
        }
    }

    private mutating func run(workers: Int) -> Double {
        var (now, turn) = (0.0, 0)
        func end(_ job: Int) -> End {
            turn += 1
            return End(time: now + jobs[job].seconds, turn: turn, job: job)
        }
        for (place, job) in jobs.enumerated() {
            if job.isRunning {
                running.insert(end(place))
            } else if open[place] == 0 {
                ready.insert(place)
            }
        }
        while true {
            while running.count < workers, let job = ready.removeFirst() {
                running.insert(end(job))
            }
            guard let next = running.removeFirst() else { return now }
            now = next.time
            for child in children[next.job] {
                open[child] -= 1
                if open[child] == 0, !jobs[child].isRunning { ready.insert(child) }
            }
        }
    }
}

/// Values of which the smallest is at hand.
private struct Heap<Value: Comparable> {
    private var values: [Value] = []

    var count: Int { values.count }

    mutating func insert(_ value: Value) {
        values.append(value)
        var place = values.count - 1
        while place > 0, values[place] < values[(place - 1) / 2] {
            values.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// The smallest; nil where there is none.
    mutating func removeFirst() -> Value? {
        guard let first = values.first, let last = values.popLast() else { return nil }
        guard !values.isEmpty else { return first }
        values[0] = last
        var place = 0
        while true {
            let (left, right) = (2 * place + 1, 2 * place + 2)
            var least = place
            if left < values.count, values[left] < values[least] { least = left }
            if right < values.count, values[right] < values[least] { least = right }
            if least == place { return first }
            values.swapAt(place, least)
            place = least
        }
    }
}
