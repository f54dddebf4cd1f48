/// Trains one net by itself, with the least time to a step rather than the most steps a second.
package enum SingleRunTrainer {
    /// Whether `settings` and `shape` have a loop here; anything else trains in one lane of
    /// `LockstepTrainer`.
    package static func covers(_ settings: TrainingSettings, _ shape: Shape) -> Bool {
        guard case .sgd(_, 0) = settings.optimizer else { return false }
        return settings.batchSize == 1 && shape.outputs <= SingleRunNet.mostOutputs
    }

    /// The trained net. It sees rows in the same order as in `LockstepTrainer`, and differs from
    /// that only by rounding.
    package static func train(
        _ job: TrainingJob, _ settings: TrainingSettings
    ) throws -> Perceptron {
        guard case .sgd(let rate, _) = settings.optimizer, covers(settings, job.net.shape) else {
            return try LockstepTrainer.train([job], settings)[0]
        }
        try job.check(settings)
        let net = SingleRunNet(job.net, aliveUnits: job.aliveUnits, rate: Float(rate))
        defer { net.deallocate() }
        var schedule = RowSchedule(job, settings)
        let epoch = job.trainingRows.count
        var rows = [UInt32](repeating: 0, count: epoch + 1)
        rows.withUnsafeMutableBufferPointer { buffer in
            guard let rows = buffer.baseAddress else { return }
            schedule.fill(rows, count: 1)
            var loop = SingleRunLoop(
                net: net, examples: job.examples, activation: job.net.activation, rate: Float(rate))
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

/// The loop over samples, with a copy unrolled for the paper's 10-30-7.
private struct SingleRunLoop {
    private let net: SingleRunNet
    private let examples: Examples
    private let activation: Activation
    private let rate: Float
    private var h: UnsafeMutablePointer<Lanes>
    private var next: UnsafeMutablePointer<Lanes>

    init(net: SingleRunNet, examples: Examples, activation: Activation, rate: Float) {
        self.net = net
        self.examples = examples
        self.activation = activation
        self.rate = rate
        h = net.activations
        next = net.nextActivations
    }

    /// Takes the first sample forward.
    func prime(row: Int) {
        let x = examples.table.values + row * examples.stride
        preview(net.inputs, net.vectors, net, x, into: h)
        for v in 0..<net.vectors { h[v] = activation.value(h[v]) * net.alive[v] }
    }

    /// Learns from `rows[0..<count]`, and takes each row's successor forward.
    mutating func run(_ rows: UnsafePointer<UInt32>, count: Int) {
        let isPapers =
            activation == .sigmoid && net.inputs == 10 && net.outputs == 7 && net.vectors == 2
        let table = UnsafePointer(examples.table.values)
        var x = table + Int(rows[0]) &* examples.stride
        var t = 1
        while t <= count {
            let y = table + Int(rows[t]) &* examples.stride
            if isPapers {
                singleRunStep(
                    10, 7, 2, net, .sigmoid, h: h, next: next, x: x, y: y, rate: rate)
            } else {
                singleRunStep(
                    net.inputs, net.outputs, net.vectors, net, activation, h: h, next: next, x: x,
                    y: y, rate: rate)
            }
            (h, next) = (next, h)
            x = y
            t &+= 1
        }
    }
}
