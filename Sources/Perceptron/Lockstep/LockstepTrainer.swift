/// Trains up to sixteen nets of one shape side by side, one to a lane of each vector.
///
/// Every net keeps its own weights, rows and random order, so a net comes out the same to the last
/// bit whichever others it was trained with. Nothing is allocated while a chunk of samples runs.
package enum LockstepTrainer {
    /// Nets that share the vectors.
    package static let lanes = 16

    /// The trained nets, in the order of `jobs`.
    ///
    /// Throws where a job's parts do not fit, or the jobs differ in shape or activation.
    package static func train(
        _ jobs: [TrainingJob], _ settings: TrainingSettings
    ) throws -> [Perceptron] {
        guard let first = jobs.first else { return [] }
        guard jobs.count <= lanes else {
            throw PerceptronError("\(jobs.count) nets for \(lanes) lanes")
        }
        for job in jobs {
            try job.check(settings)
            guard job.net.shape == first.net.shape, job.net.activation == first.net.activation
            else { throw PerceptronError("nets trained side by side must have one shape") }
        }
        switch settings.optimizer {
        case .sgd(let rate, 0):
            return run(PlainRule(), jobs, settings, rate: Float(rate))
        case .sgd(let rate, let momentum):
            return run(MomentumRule(momentum: momentum), jobs, settings, rate: Float(rate))
        case .adam(let rate, let beta1, let beta2, let epsilon):
            let rule = AdamRule(rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
            return run(rule, jobs, settings, rate: 1)
        }
    }

    private static func run<Rule: UpdateRule>(
        _ rule: Rule, _ jobs: [TrainingJob], _ settings: TrainingSettings, rate: Float
    ) -> [Perceptron] {
        settings.batchSize == 1
            ? run(rule, jobs, settings, rate) : run(BatchRule(rule), jobs, settings, rate)
    }

    private static func run<Rule: UpdateRule>(
        _ rule: Rule, _ jobs: [TrainingJob], _ settings: TrainingSettings, _ rate: Float
    ) -> [Perceptron] {
        let net = jobs[0].net
        let buffers = LockstepBuffers(
            shape: net.shape, width: Rule.width, rowVectors: jobs[0].examples.stride / 16)
        defer { buffers.deallocate() }
        for (lane, job) in jobs.enumerated() {
            buffers.load(job.net, lane: lane, aliveUnits: job.aliveUnits)
        }
        var feed = LockstepFeed(jobs, settings, rate: rate)
        withTables(jobs) { tables in
            var loop = LockstepLoop(
                rule: rule, buffers: buffers, tables: tables, batch: settings.batchSize)
            while loop.position < feed.total {
                let count = min(LockstepFeed.chunk, feed.total - loop.position)
                feed.prepare(position: loop.position, count: count)
                loop.run(net.activation, feed, count: count)
            }
        }
        return jobs.enumerated().map { lane, job in
            var trained = job.net
            buffers.store(into: &trained, lane: lane)
            return trained
        }
    }

    /// Lends `body` the address of each lane's rows; spare lanes read the first job's.
    private static func withTables(
        _ jobs: [TrainingJob], _ body: (UnsafePointer<UnsafePointer<Lanes>>) -> Void
    ) {
        var tables = jobs.map {
            UnsafePointer(
                UnsafeRawPointer($0.examples.table.values).assumingMemoryBound(to: Lanes.self))
        }
        while tables.count < lanes { tables.append(tables[0]) }
        withExtendedLifetime(jobs) {
            tables.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base) } }
        }
    }
}
