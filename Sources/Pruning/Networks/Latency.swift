import Models
import Torch

/// How long a network takes on this machine.
package enum Latency {
    /// Median seconds of one picture's forward pass, after three that are not counted.
    package static func median(
        _ model: Model, side: Int, repeats: Int = 21, device: Device
    ) throws -> Double {
        let network = try Executor(model.with(model.state.placed(on: device)))
        let x = try Tensor.zeros([1, 3, side, side]).to(device: device)
        let clock = ContinuousClock()
        let times = try (0..<(max(1, repeats) + 3)).map { _ in
            let time = try clock.measure {
                _ = try noGrad { try network.forward(x, training: false) }
                try Runtime.synchronize(device)
            }
            return time / .seconds(1)
        }
        return times.dropFirst(3).sorted()[max(1, repeats) / 2]
    }
}
