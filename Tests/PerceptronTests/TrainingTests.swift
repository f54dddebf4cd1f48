import Testing

@testable import Perceptron

@Suite struct TrainingTests {
    @Test(arguments: TrainingFixture.all)
    func thePlainNetIsPyTorchs(_ example: TrainingFixture.Case) {
        var plain = PlainNet(example.net)
        for epoch in 0..<example.epochs {
            let loss = plain.epoch(
                example.rows, example.labels, batch: example.batch, example.optimizer.value)
            #expect(abs(loss - example.losses[epoch]) < 1e-7, "epoch \(epoch)")
        }
        #expect(plain.distance(example.end.net(example.size, example.activation)) < 1e-6)
    }

    /// Every epoch of the trajectory, against Double; the last also against PyTorch's own weights.
    @Test(arguments: TrainingFixture.all)
    func lockstepFollowsTheWholeTrajectory(_ example: TrainingFixture.Case) throws {
        var plain = PlainNet(example.net)
        for epochs in 1...example.epochs {
            _ = plain.epoch(
                example.rows, example.labels, batch: example.batch, example.optimizer.value)
            let trained = try LockstepTrainer.train(
                [try example.job()], example.settings(epochs: epochs))[0]
            #expect(plain.distance(trained) < 1e-5, "after \(epochs) epochs")
        }
        let end = PlainNet(example.end.net(example.size, example.activation))
        let trained = try LockstepTrainer.train(
            [try example.job()], example.settings(epochs: example.epochs))[0]
        #expect(end.distance(trained) < max(1e-6, 8 * example.float32Drift))
    }

    @Test(arguments: TrainingFixture.all)
    func aSingleRunFollowsTheWholeTrajectory(_ example: TrainingFixture.Case) throws {
        var plain = PlainNet(example.net)
        for epochs in 1...example.epochs {
            _ = plain.epoch(
                example.rows, example.labels, batch: example.batch, example.optimizer.value)
            let trained = try SingleRunTrainer.train(
                try example.job(), example.settings(epochs: epochs))
            #expect(plain.distance(trained) < 1e-5, "after \(epochs) epochs")
        }
    }

    @Test func zeroEpochsChangeNothing() throws {
        for example in TrainingFixture.all {
            let job = try example.job()
            #expect(try LockstepTrainer.train([job], example.settings(epochs: 0)) == [job.net])
            #expect(try SingleRunTrainer.train(job, example.settings(epochs: 0)) == job.net)
        }
    }
}

@Suite struct LockstepTests {
    static let optimizers: [Optimizer] = [
        .sgd(rate: 0.01), .sgd(rate: 0.01, momentum: 0.9), .adam(rate: 0.002),
    ]

    /// Nets of one shape whose training rows differ, in number too.
    static func jobs(_ count: Int, activation: Activation = .sigmoid) throws -> [TrainingJob] {
        let examples = try SmallTable.examples(rows: 50, inputs: 10, classes: 7, seed: 3)
        return (0..<count).map { place in
            TrainingJob(
                net: Perceptron(
                    shape: Shape(inputs: 10, hidden: 12, outputs: 7), activation: activation,
                    seed: UInt64(place)),
                examples: examples, trainingRows: Array(0..<(40 + place % 5)),
                seed: UInt64(100 + place))
        }
    }

    /// A net is the same to the last bit whatever company it trains in, and however often.
    @Test(arguments: optimizers, [1, 4])
    func companyDoesNotMatter(_ optimizer: Optimizer, _ batch: Int) throws {
        let settings = TrainingSettings(optimizer: optimizer, batchSize: batch, epochs: 7)
        let jobs = try Self.jobs(16)
        let together = try LockstepTrainer.train(jobs, settings)
        for (place, job) in jobs.enumerated() where place % 3 == 0 {
            #expect(try LockstepTrainer.train([job], settings)[0] == together[place])
        }
        let turned = try LockstepTrainer.train(jobs.reversed(), settings)
        #expect(Array(turned.reversed()) == together)
    }

    /// The loop unrolled for 10-H-7 and the general loop are one algorithm.
    @Test(arguments: optimizers) func sizesAgreeWithTheSingleRun(_ optimizer: Optimizer) throws {
        for hidden in [1, 5, 15, 16, 17, 31, 32, 33] {
            let examples = try SmallTable.examples(rows: 30, inputs: 10, classes: 7, seed: 9)
            let job = TrainingJob(
                net: Perceptron(
                    shape: Shape(inputs: 10, hidden: hidden, outputs: 7), activation: .sigmoid,
                    seed: 4), examples: examples, trainingRows: Array(0..<30), seed: 8)
            let settings = TrainingSettings(optimizer: optimizer, epochs: 9)
            #expect(SingleRunTrainer.covers(settings, job.net.shape))
            let single = try SingleRunTrainer.train(job, settings)
            let lockstep = try LockstepTrainer.train([job], settings)[0]
            #expect(PlainNet(single).distance(lockstep) < 2e-6, "\(hidden) hidden units")
            #expect(single != job.net)
        }
    }

    /// A net with dead units learns as the net without them does.
    @Test(arguments: optimizers, Activation.allCases)
    func deadUnitsStayDead(_ optimizer: Optimizer, _ activation: Activation) throws {
        var job = try Self.jobs(1, activation: activation)[0]
        let alive = (0..<12).map { $0 % 3 != 1 }
        job.aliveUnits = alive
        var small = job
        small.net = job.net.compacted(alive)
        small.aliveUnits = nil
        let settings = TrainingSettings(optimizer: optimizer, epochs: 6)
        let trained = try LockstepTrainer.train([job], settings)[0]
        let expected = try LockstepTrainer.train([small], settings)[0]
        #expect(PlainNet(trained.compacted(alive)).distance(expected) < 1e-5)
        for unit in 0..<12 where !alive[unit] {
            for output in 0..<7 { #expect(trained.outputWeights[output * 12 + unit] == 0) }
        }
        if SingleRunTrainer.covers(settings, job.net.shape) {
            let single = try SingleRunTrainer.train(job, settings)
            #expect(PlainNet(single.compacted(alive)).distance(expected) < 1e-5)
        }
    }

    /// Adam's moments come back to their scale every so many steps, as often as beta1 and beta2 ask for: after some hundred
    /// steps nets are those of plain arithmetic in float64.
    @Test(arguments: [(0.9, 0.999), (0, 0.9), (0.05, 0.5), (0.5, 0.99), (0.99, 0.9)], [1, 4])
    func adamKeepsItsScale(_ betas: (Double, Double), _ batch: Int) throws {
        var job = try Self.jobs(1)[0]
        job.shuffles = false
        let optimizer = Optimizer.adam(rate: 0.001, beta1: betas.0, beta2: betas.1)
        let rows = job.trainingRows.map { job.examples.features($0).map(Double.init) }
        let labels = job.trainingRows.map(job.examples.label)
        var plain = PlainNet(job.net)
        for _ in 0..<(5 * batch) { _ = plain.epoch(rows, labels, batch: batch, optimizer) }
        let settings = TrainingSettings(
            optimizer: optimizer, batchSize: batch, epochs: 5 * batch)
        #expect(plain.distance(try LockstepTrainer.train([job], settings)[0]) < 2e-5)
        #expect(plain.distance(try SingleRunTrainer.train(job, settings)) < 2e-5)
        #expect(plain.distance(job.net) > 0.01)
    }

    @Test func hugeLogitsDoNotOverflow() throws {
        var job = try Self.jobs(1)[0]
        job.net.outputBias = [200, -300, 90, 0, 61, -61, 500]
        var plain = PlainNet(job.net)
        job.shuffles = false
        let rows = job.trainingRows.map { job.examples.features($0).map(Double.init) }
        let labels = job.trainingRows.map(job.examples.label)
        _ = plain.epoch(rows, labels, batch: 1, .sgd(rate: 0.5))
        let settings = TrainingSettings(optimizer: .sgd(rate: 0.5), epochs: 1)
        #expect(plain.distance(try SingleRunTrainer.train(job, settings)) < 1e-3)
        #expect(plain.distance(try LockstepTrainer.train([job], settings)[0]) < 1e-3)
    }

    @Test func jobsThatDoNotFitAreRefused() throws {
        let settings = TrainingSettings(optimizer: .sgd(rate: 0.1), epochs: 1)
        let job = try Self.jobs(1)[0]
        func refused(_ change: (inout TrainingJob) -> Void) -> Bool {
            var changed = job
            change(&changed)
            return (try? LockstepTrainer.train([changed], settings)) == nil
                && (try? SingleRunTrainer.train(changed, settings)) == nil
        }
        #expect(refused { $0.trainingRows = [] })
        #expect(refused { $0.trainingRows = [50] })
        #expect(refused { $0.trainingRows = [-1] })
        #expect(refused { $0.aliveUnits = [true] })
        #expect(
            refused {
                $0.net = Perceptron(
                    shape: Shape(inputs: 9, hidden: 12, outputs: 7), activation: .sigmoid)
            })
        #expect(
            refused {
                $0.net = Perceptron(
                    shape: Shape(inputs: 10, hidden: 12, outputs: 6), activation: .sigmoid)
            })
        #expect(throws: PerceptronError.self) {
            try LockstepTrainer.train(
                [job], TrainingSettings(optimizer: .sgd(rate: 0.1), batchSize: 0, epochs: 1))
        }
        let other = Perceptron(
            shape: Shape(inputs: 10, hidden: 13, outputs: 7), activation: .sigmoid)
        #expect(throws: PerceptronError.self) {
            var second = job
            second.net = other
            return try LockstepTrainer.train([job, second], settings)
        }
        #expect(throws: PerceptronError.self) {
            try LockstepTrainer.train(Array(repeating: job, count: 17), settings)
        }
    }
}
