import ArgumentParser
import Networks
import Torch

/// Times one piece of Winnow for `scripts/bench`, which times its peer in turn.
struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Seconds of one measurement (used by scripts/bench).",
        shouldDisplay: false)

    @Argument(help: "train-step")
    var name: String
    @Option(help: "Threads.")
    var threads = 2
    @Option(help: "Timed steps.")
    var steps = 10
    @Option(help: "Height and width of the pictures.")
    var size = 224

    func run() throws {
        Runtime.installCachingAllocator()
        Runtime.threads = threads
        let state = try Initialization.state(.resnet18, classes: 7, seed: 1)
        let network = try ResNet(.resnet18, state)
        let specs = Architecture.resnet18.tensors(classes: 7).filter { $0.kind.isParameter }
        let parameters = try specs.map { try state.require($0.name).requiresGrad_() }
        let velocity = try parameters.map { try Tensor.zeros(like: $0) }
        let generator = try Generator(seed: 2)
        let x = try Tensor.randn([8, 3, size, size], generator).channelsLast()
        let target = try Tensor((0..<8).map { Int64($0 % 7) }, [8])
        var times: [Double] = []
        let clock = ContinuousClock()
        for step in 0..<(steps + 3) {
            let elapsed = try clock.measure {
                let loss = try crossEntropy(network.forward(x, training: true), target)
                try loss.backward()
                try sgdStep(
                    parameters, velocity: velocity, masks: parameters.map { _ in nil }, lr: 0.001,
                    momentum: 0.9, weightDecay: 0, nesterov: false, isFirst: step == 0)
                for parameter in parameters { try parameter.clearGrad() }
            }
            times.append(
                Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
        }
        print(times.dropFirst(3).sorted()[steps / 2])
        print(Runtime.memory)
    }
}
