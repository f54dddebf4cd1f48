import Models
import Torch

/// How long a training step takes here: on made-up pictures, of a network that is then forgotten.
package enum StepTimer {
    /// Steps that are timed, after one that is not: it sets kernels up.
    private static let steps = 2
    /// How many classes there are makes no difference that a clock would see.
    private static let classes = 7

    /// Seconds of a step on one batch, with the threads that the runtime has now.
    ///
    /// - Parameter size: height and width of the pictures in pixels.
    package static func seconds(
        _ architecture: Architecture, _ options: TrainingOptions, size: Int, device: Device = .cpu
    ) throws -> Double {
        let step = try step(architecture, options, size, device)
        try step()
        let elapsed = try ContinuousClock().measure {
            for _ in 0..<steps { try step() }
        }
        return elapsed / .seconds(1) / Double(steps)
    }

    private static func step(
        _ architecture: Architecture, _ options: TrainingOptions, _ size: Int, _ device: Device
    ) throws -> () throws -> Void {
        let drawn = try Model.drawn(architecture, classes: classes, size: size, seed: 1)
        let network = try Executor(drawn.with(drawn.state.placed(on: device)))
        let trainable = try drawn.trained.map {
            ($0, try network.state.require($0).requiresGrad_())
        }
        let optimizer = try Optimizer(options.optimizer, trainable, masks: StateDictionary())
        let x = try Tensor.randn([options.batchSize, 3, size, size], Generator(seed: 2))
            .channelsLast().to(device: device)
        let target = try Tensor(
            (0..<options.batchSize).map { Int64($0 % classes) }, [options.batchSize]
        ).to(device: device)
        let precision = options.precision ?? .float32
        return {
            let (_, loss) = try precision.scores(network, x, target, training: true)
            // At a rate of 0 the steps repeat themselves, whatever the rate of the training.
            try optimizer.step(down: loss, lr: 0)
            _ = try loss.item()
        }
    }
}
