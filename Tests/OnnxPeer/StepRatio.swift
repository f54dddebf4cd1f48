import Foundation
import Models
import Networks
import Torch

/// ResNet-18's training step through the graph's executor beside the one of Sources/Networks, in turns.
struct StepRatio {
    let size: Int
    let batch = 8
    /// Pairs of runs, and steps in each.
    var rounds = 21
    var steps = 4

    /// Seconds of one step each way, and the median of the pairs' ratios.
    func measure() throws -> (graph: Double, network: Double, ratio: Double) {
        let graph = try BuiltNetwork.named("resnet18").graph(classes: 7, size: size)
        let state = try graph.initialState(seed: 1).placed(on: .cpu)
        let executor = try Executor(Model(graph, state.copied().placed(on: .cpu)))
        let network = try ResNet(.resnet18, state.copied().placed(on: .cpu))
        let first = try Trainee(executor.model.state, graph) {
            try executor.forward($0, training: true)
        }
        let second = try Trainee(network.state, graph) { try network.forward($0, training: true) }
        let x = try Tensor.randn([batch, 3, size, size], Generator(seed: 2)).channelsLast()
        let target = try Tensor((0..<Int64(batch)).map { $0 % 7 }, [batch])
        for trainee in [first, second] { try trainee.run(x, target, steps: 3) }
        var (a, b): ([Double], [Double]) = ([], [])
        for round in 0..<rounds {
            // Who goes first changes.
            if round % 2 == 0 { a.append(try time { try first.run(x, target, steps: steps) }) }
            b.append(try time { try second.run(x, target, steps: steps) })
            if round % 2 == 1 { a.append(try time { try first.run(x, target, steps: steps) }) }
        }
        let middle = { (values: [Double]) in values.sorted()[values.count / 2] }
        return (
            middle(a) / Double(steps), middle(b) / Double(steps), middle(zip(a, b).map { $0 / $1 })
        )
    }

    private func time(_ body: () throws -> Void) throws -> Double {
        let start = ContinuousClock.now
        try body()
        let taken = (ContinuousClock.now - start).components
        return Double(taken.seconds) + Double(taken.attoseconds) * 1e-18
    }
}

/// A network that is trained by SGD with momentum.
private struct Trainee {
    let forward: (Tensor) throws -> Tensor
    let parameters: [Tensor]
    let velocity: [Tensor]

    init(
        _ state: StateDictionary, _ graph: Graph, _ forward: @escaping (Tensor) throws -> Tensor
    ) throws {
        self.forward = forward
        parameters = try graph.parameters.filter { $0.role == .trained }.map {
            try state.require($0.name).requiresGrad_()
        }
        velocity = try parameters.map { try Tensor.zeros(like: $0) }
    }

    func run(_ x: Tensor, _ target: Tensor, steps: Int) throws {
        for _ in 0..<steps {
            let loss = try crossEntropy(forward(x), target)
            try loss.backward()
            try sgdStep(
                parameters, velocity: velocity, masks: parameters.map { _ in nil }, lr: 1e-4,
                momentum: 0.9, weightDecay: 1e-4, nesterov: false, isFirst: false)
            for parameter in parameters { try parameter.clearGrad() }
        }
    }
}
