import ArgumentParser
import Networks
import Torch

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
    @Option(help: "Threads.")
    var threads = 2
    @Option(help: "Timed steps, of which the median is given.")
    var steps = 10
    @Option(help: "Pictures in the batch.")
    var batch = 8
    @Option(help: "Height and width of the pictures.")
    var size = 224

    /// Steps before the clock starts.
    private static let warmUp = 3
    private static let classes = 7

    func validate() throws {
        guard name == "train-step" else {
            throw ValidationError("no measurement '\(name)'. Measurements: train-step")
        }
        for (option, value, most) in [
            ("threads", threads, 1024), ("steps", steps, 10_000), ("batch", batch, 4096),
            ("size", size, 4096),
        ] where !(1...most).contains(value) {
            throw ValidationError("--\(option) must be 1 to \(most), got \(value)")
        }
    }

    func run() throws {
        Runtime.installCachingAllocator()
        Runtime.threads = threads
        let seconds = try stepTimes().dropFirst(Self.warmUp).sorted()[steps / 2]
        print("{\"seconds\": \(seconds), \"steps\": \(steps), \"threads\": \(threads)}")
    }

    /// Seconds of each step, those of the warm-up first.
    private func stepTimes() throws -> [Double] {
        let state = try Initialization.state(.resnet18, classes: Self.classes, seed: 1)
            .placed(on: .cpu)
        let network = try ResNet(.resnet18, state)
        let specs = Architecture.resnet18.tensors(classes: Self.classes)
        let parameters = try specs.filter { $0.kind.isParameter }
            .map { try state.require($0.name).requiresGrad_() }
        let velocity = try parameters.map { try Tensor.zeros(like: $0) }
        let masks: [Tensor?] = parameters.map { _ in nil }
        let x = try Tensor.randn([batch, 3, size, size], Generator(seed: 2)).channelsLast()
        let target = try Tensor((0..<batch).map { Int64($0 % Self.classes) }, [batch])
        return try (0..<(steps + Self.warmUp)).map { step in
            let elapsed = try ContinuousClock().measure {
                let loss = try crossEntropy(network.forward(x, training: true), target)
                try loss.backward()
                try sgdStep(
                    parameters, velocity: velocity, masks: masks, lr: 0.001, momentum: 0.9,
                    weightDecay: 0, nesterov: false, isFirst: step == 0)
                for parameter in parameters { try parameter.clearGrad() }
            }
            let (whole, part) = elapsed.components
            return Double(whole) + Double(part) * 1e-18
        }
    }
}
