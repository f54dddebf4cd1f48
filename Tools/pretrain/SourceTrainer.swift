import Core
import Foundation
import Models
import Torch

/// How a network is pretrained.
struct SourceOptions: Codable, Equatable {
    var epochs = 10
    var batchSize = 32
    var learningRate = 0.05
    var momentum = 0.9
    var weightDecay = 1e-4
    var seed: UInt64 = 1
    /// Pixels; each batch has one of these, so that the network works at any of them.
    var sizes = [48, 64]
    /// One person in this many is kept back to see what was learnt.
    var heldOut = 20
}

/// Trains a ResNet-18 on the source tasks, epoch by epoch.
final class SourceTrainer {
    let options: SourceOptions
    let targets: SourceTargets
    let network: Executor
    private let parameters: [(name: String, tensor: Tensor)]
    private let velocity: [Tensor]
    private let weights: Tensor
    private(set) var scaling: Scaling
    private(set) var epoch = 0
    private(set) var steps = 0

    init(_ options: SourceOptions, _ targets: SourceTargets, _ scaling: Scaling) throws {
        self.options = options
        self.targets = targets
        self.scaling = scaling
        let drawn = try Model.drawn(.resnet18, classes: targets.outputs, seed: options.seed)
        let model = try drawn.with(drawn.state.placed(on: .cpu))
        network = try Executor(model)
        parameters = try model.trained.map { ($0, try model.state.require($0).requiresGrad_()) }
        velocity = try parameters.map { try Tensor.zeros(like: $0.tensor) }
        weights = try Tensor(targets.columnWeights, [1, targets.width])
    }

    /// The rate of a step: up over the first twentieth, then down along half a cosine.
    func rate(_ done: Double) -> Double {
        let progress = (Double(epoch) + done) / Double(options.epochs)
        let warm = min(1, progress / 0.05 + 0.02)
        return options.learningRate * warm * (1 + cos(Double.pi * min(progress, 1))) / 2
    }

    /// One pass over `chosen`; returns the mean loss. `onStep` gets the share done and the loss so far.
    func run(
        _ batches: SourceBatches, _ chosen: [Int], onStep: (Double, Double) -> Void
    ) throws -> Double {
        var order = SplitMix64(seed: options.seed, name: "epoch \(epoch)")
        let shuffled = chosen.shuffled(using: &order)
        var random: SplitMix64? = SplitMix64(seed: options.seed, name: "views \(epoch)")
        var (total, done) = (0.0, 0)
        for start in stride(from: 0, to: shuffled.count, by: options.batchSize) {
            let part = shuffled[start..<min(start + options.batchSize, shuffled.count)]
            guard part.count > 1 else { break }
            let size = options.sizes[steps % options.sizes.count]
            let batch = try batches.make(part, size: size, scaling: scaling, random: &random)
            total += try step(batch, rate(Double(start) / Double(shuffled.count)))
            done += 1
            onStep(Double(part.endIndex) / Double(shuffled.count), total / Double(done))
        }
        epoch += 1
        return total / Double(max(done, 1))
    }

    private func step(_ batch: SourceBatches.Batch, _ rate: Double) throws -> Double {
        let out = try network.forward(batch.x, training: true)
        let far = try out.narrow(dim: 1, start: 0, length: targets.width) - batch.rows
        var loss = try (far * far * weights).sum() * (1 / Double(batch.rows.shape[0]))
        let scores = try out.narrow(dim: 1, start: targets.width, length: targets.people)
        loss = try loss + crossEntropy(scores, batch.people) * SourceTargets.personWeight
        try loss.backward()
        steps += 1
        try sgdStep(
            parameters.map(\.tensor), velocity: velocity, masks: parameters.map { _ in nil },
            lr: rate, momentum: options.momentum, weightDecay: options.weightDecay,
            nesterov: true, isFirst: steps == 1)
        for (_, tensor) in parameters { try tensor.clearGrad() }
        let value = try loss.item()
        guard value.isFinite else {
            throw PretrainError("the loss became \(value): lower --rate \(options.learningRate)")
        }
        return value
    }

    /// Of each group, the share of the held-out people's variance that is explained.
    func explained(_ batches: SourceBatches, _ chosen: [Int], size: Int) throws -> [Double] {
        var missed = [Double](repeating: 0, count: targets.width), total = missed
        var none: SplitMix64?
        try noGrad {
            for start in stride(from: 0, to: chosen.count, by: options.batchSize) {
                let part = chosen[start..<min(start + options.batchSize, chosen.count)]
                let batch = try batches.make(part, size: size, scaling: scaling, random: &none)
                let out = try network.forward(batch.x, training: false)
                let far = try out.narrow(dim: 1, start: 0, length: targets.width) - batch.rows
                let (a, b) = (
                    try (far * far).sum(dim: 0).values(Float.self),
                    try (batch.rows * batch.rows).sum(dim: 0).values(Float.self)
                )
                for k in a.indices {
                    missed[k] += Double(a[k])
                    total[k] += Double(b[k])
                }
            }
        }
        var at = 0
        return targets.groups.map { group in
            defer { at += group.width }
            let columns = at..<at + group.width
            return 1 - columns.reduce(0) { $0 + missed[$1] } / columns.reduce(0) { $0 + total[$1] }
        }
    }

    /// Begins another cycle from the backbone of an earlier training; the heads stay fresh.
    func begin(from earlier: StateDictionary) throws {
        for (name, tensor) in network.state.entries where !name.hasPrefix("fc.") {
            try tensor.copy_(earlier.require(name))
        }
    }

    /// Everything needed to go on.
    var saved: (state: StateDictionary, velocity: [(String, Tensor)]) {
        (network.state, zip(parameters, velocity).map { ($0.name, $1) })
    }

    /// Goes on from what a file holds.
    func restore(_ file: StateDictionary, epoch: Int, steps: Int, scaling: Scaling) throws {
        for (name, tensor) in network.state.entries { try tensor.copy_(file.require(name)) }
        for (name, tensor) in saved.velocity {
            try tensor.copy_(file.require("velocity." + name))
        }
        (self.epoch, self.steps, self.scaling) = (epoch, steps, scaling)
    }
}
