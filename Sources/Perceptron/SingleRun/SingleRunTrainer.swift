/// Trains one net by itself, with the least time to a step rather than the most steps a second.
package enum SingleRunTrainer {
    /// Whether `settings` and `shape` have a loop here; anything else trains in one lane of
    /// `LockstepTrainer`.
    package static func covers(_ settings: TrainingSettings, _ shape: Shape) -> Bool {
        settings.batchSize == 1 && shape.outputs <= SingleRunNet.mostOutputs
    }

    /// The trained net. It sees rows in the same order as in `LockstepTrainer`, and differs from
    /// that only by rounding.
    package static func train(
        _ job: TrainingJob, _ settings: TrainingSettings
    ) throws -> Perceptron {
        guard covers(settings, job.net.shape) else {
            return try LockstepTrainer.train([job], settings)[0]
        }
        try job.check(settings)
        switch settings.optimizer {
        case .sgd(let rate, 0):
            return run(PlainRule(), job, settings, rate: Float(rate))
        case .sgd(let rate, let momentum):
            return run(MomentumRule(momentum: momentum), job, settings, rate: Float(rate))
        case .adam(let rate, let beta1, let beta2, let epsilon):
            let rule = AdamRule(rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
            return run(rule, job, settings, rate: 1)
        }
    }

    private static func run<Rule: UpdateRule>(
        _ rule: Rule, _ job: TrainingJob, _ settings: TrainingSettings, rate: Float
    ) -> Perceptron {
        let net = SingleRunNet(
            job.net, aliveUnits: job.aliveUnits, rate: rate, width: Rule.width)
        defer { net.deallocate() }
        var schedule = RowSchedule(job, settings)
        let epoch = job.trainingRows.count
        var rows = [UInt32](repeating: 0, count: epoch + 1)
        rows.withUnsafeMutableBufferPointer { buffer in
            guard let rows = buffer.baseAddress else { return }
            schedule.fill(rows, count: 1)
            var loop = SingleRunLoop(
                rule: rule, net: net, examples: job.examples, activation: job.net.activation,
                rate: rate)
            loop.prime(row: Int(rows[0]))
            for _ in 0..<settings.epochs {
                schedule.fill(rows + 1, count: epoch)
                loop.run(rows, count: epoch)
                rows[0] = rows[epoch]
            }
        }
        var trained = job.net
        net.store(into: &trained)
        return trained
    }
}
