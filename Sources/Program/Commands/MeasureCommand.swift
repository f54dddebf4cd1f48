import ArgumentParser
import Core
import Foundation
import Models
import Torch
import Training

/// Times one training step of ResNet-18 for `scripts/bench` and `Benchmarks/gpu.py`, which time its peers in turn.
///
/// The step is that of `Benchmarks/peers/train_step.py`: forward, cross-entropy, backward, SGD with
/// momentum 0.9, on a batch that is already normalised.
struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Seconds of one training step (used by scripts/bench).", shouldDisplay: false)

    @Argument(help: "train-step")
    var name: String
    @Option(help: "Timed steps, of which the median is given.")
    var steps = 10
    @OptionGroup var measured: MeasuredBatch
    @Option(help: "float32, or mixed: bfloat16 for forward pass and loss.")
    var precision = Precision.float32.rawValue
    @Option(help: "cpu, cuda, cuda:1 or mps.")
    var device = "cpu"
    @OptionGroup var graph: GraphOption

    /// Steps before the clock starts; one more is recorded, where they are.
    private static let warmUp = 3
    private static let classes = 7
    /// How often so many steps are timed on a device.
    private static let turns = 5

    func validate() throws {
        guard name == "train-step" else {
            throw ValidationError(
                NearestName.refusal(of: name, "measurement", among: ["train-step"]))
        }
        try MeasuredBatch.check("steps", steps, 10_000)
    }

    /// What is printed: one line of JSON.
    private struct Result: Encodable {
        let seconds: Double
        /// The step that took longest.
        let slowest: Double
        let steps: Int
        let threads: Int
        /// How often the timed steps asked the system for memory, and touched a fresh page of it.
        let systemCalls: Int
        let pageFaults: Int
    }

    func run() throws {
        var machine = MachineOptions()
        (machine.threads, machine.device) = (measured.threads, device)
        let device = try machine.prepare()
        let recordsSteps = try graph.use(of: device)?.recordsSteps ?? false
        let body = { try measure(on: device, recordsSteps: recordsSteps) }
        try recordsSteps ? StepGraph.onOwnStream(of: device, body) : body()
    }

    private func measure(on device: Device, recordsSteps: Bool) throws {
        let step = try step(on: device, recordsSteps: recordsSteps)
        for _ in 0...Self.warmUp { try step() }
        try Runtime.synchronize(device)
        let before = (Runtime.memory.systemCalls, Self.pageFaults)
        let times = try times(of: step, on: device).sorted()
        let result = Result(
            seconds: times[times.count / 2], slowest: times[times.count - 1], steps: steps,
            threads: measured.threads, systemCalls: Runtime.memory.systemCalls - before.0,
            pageFaults: Self.pageFaults - before.1)
        Output.line(try CanonicalJSON.line.text(result))
    }

    /// Each step by itself on the CPU. A device is asked for the next step before one is done, as in a training:
    /// there the mean of all between two waits.
    private func times(of step: () throws -> Void, on device: Device) throws -> [Double] {
        let (turns, each) = device == .cpu ? (steps, 1) : (Self.turns, steps)
        return try (0..<turns).map { _ in
            try ContinuousClock().measure {
                for _ in 0..<each { try step() }
                try Runtime.synchronize(device)
            } / .seconds(1) / Double(each)
        }
    }

    /// Page faults of the process so far that needed no disk.
    private static var pageFaults: Int {
        var usage = rusage()
        getrusage(0, &usage)  // RUSAGE_SELF, which Linux and macOS import as different types
        return usage.ru_minflt
    }

    /// A training step.
    private func step(on device: Device, recordsSteps: Bool) throws -> () throws -> Void {
        let drawn = try Model.drawn(.resnet18, classes: Self.classes, seed: 1)
        let model = try drawn.with(drawn.state.placed(on: device))
        let network = try Executor(model)
        let parameters = try model.trained.map { ($0, try model.state.require($0).requiresGrad_()) }
        let sgd = OptimizerKind.sgd(momentum: 0.9, weightDecay: 0, nesterov: false)
        let optimizer = try Optimizer(sgd, parameters, masks: StateDictionary())
        let x = try Tensor.randn(
            [measured.batch, 3, measured.size, measured.size], Generator(seed: 2)
        ).channelsLast().to(device: device)
        let target = try Tensor(
            (0..<measured.batch).map { Int64($0 % Self.classes) }, [measured.batch]
        ).to(device: device)
        let precision = try Precision.chosen(precision) ?? .float32
        func loss() throws -> Tensor {
            try precision.scores(network, x, target, training: true).loss
        }
        guard recordsSteps else { return { try optimizer.step(down: loss(), lr: 0.001) } }
        let rate = try Tensor.full([], 0.001, device: device)
        return try recorded(on: device) {
            let loss = try loss()
            try optimizer.step(down: loss, rate: rate)
            return [try loss.detached()]
        }
    }

    /// The step as a graph, after the warm-up.
    private func recorded(
        on device: Device, _ work: @escaping () throws -> [Tensor]
    ) throws -> () throws -> Void {
        let graph = try StepGraph(device)
        for _ in 0..<Self.warmUp { _ = try work() }
        try graph.record(nil, work)
        return { _ = try graph.replay() }
    }
}
