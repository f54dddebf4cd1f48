import ArgumentParser
import Core
import Foundation
import Models
import Torch
import Training

/// Times one training step of ResNet-18 for `scripts/bench`, which times its peers in turn.
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

    /// Steps before the clock starts.
    private static let warmUp = 3
    private static let classes = 7

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
        Runtime.installCachingAllocator()
        Runtime.threads = measured.threads
        let step = try step()
        for _ in 0..<Self.warmUp { _ = try step() }
        let before = (Runtime.memory.systemCalls, Self.pageFaults)
        let times = try (0..<steps).map { _ in try step() }.sorted()
        let result = Result(
            seconds: times[steps / 2], slowest: times[steps - 1], steps: steps,
            threads: measured.threads,
            systemCalls: Runtime.memory.systemCalls - before.0,
            pageFaults: Self.pageFaults - before.1)
        Output.line(try CanonicalJSON.line.text(result))
    }

    /// Page faults of the process so far that needed no disk.
    private static var pageFaults: Int {
        var usage = rusage()
        getrusage(0, &usage)  // RUSAGE_SELF, which Linux and macOS import as different types
        return usage.ru_minflt
    }

    /// A training step, which returns the seconds that it took.
    private func step() throws -> () throws -> Double {
        let drawn = try Model.drawn(.resnet18, classes: Self.classes, seed: 1)
        let model = try drawn.with(drawn.state.placed(on: .cpu))
        let network = try Executor(model)
        let parameters = try model.trained.map { try model.state.require($0).requiresGrad_() }
        let velocity = try parameters.map { try Tensor.zeros(like: $0) }
        let x = try Tensor.randn(
            [measured.batch, 3, measured.size, measured.size], Generator(seed: 2)
        ).channelsLast()
        let target = try Tensor(
            (0..<measured.batch).map { Int64($0 % Self.classes) }, [measured.batch])
        let precision = try Precision.chosen(precision) ?? .float32
        var isFirst = true
        return {
            let elapsed = try ContinuousClock().measure {
                let (_, loss) = try precision.scores(network, x, target, training: true)
                try sgdStep(
                    parameters, velocity: velocity, masks: parameters.map { _ in nil }, lr: 0.001,
                    momentum: 0.9, weightDecay: 0, nesterov: false, isFirst: isFirst, down: loss)
                for parameter in parameters { try parameter.clearGrad() }
            }
            isFirst = false
            return elapsed / .seconds(1)
        }
    }
}
