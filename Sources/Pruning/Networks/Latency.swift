import Models
import Torch

/// How long a network takes on this machine.
package enum Latency {
    /// Median seconds of one picture's forward pass, after three that are not counted.
    package static func median(
        _ model: Model, side: Int, repeats: Int = 21, device: Device
    ) throws -> Double {
        let run = try runner(model, batch: 1, side: side, device: device)
        for _ in 0..<3 { _ = try run() }
        return try middle((0..<max(1, repeats)).map { _ in try run() })
    }

    /// How long one network takes for a picture, of what another takes: `pair` in one number.
    package static func ratio(
        of model: Model, to other: Model, side: Int, turns: Int = 25, device: Device = .cpu
    ) throws -> Double {
        let times = try measured(model, other, side: side, turns: turns, device: device)
        return middle(times.map { $0.own / $0.other })
    }

    /// Median seconds of one picture's forward pass of two networks that run in turns. Batch norms are folded in
    /// both, as they are where networks are used.
    package static func pair(
        _ model: Model, _ other: Model, side: Int, turns: Int = 25, device: Device
    ) throws -> (own: Double, other: Double) {
        let times = try measured(model, other, side: side, turns: turns, device: device)
        return (middle(times.map(\.own)), middle(times.map(\.other)))
    }

    /// The quicker of two runs in each turn, so that a stall falls on one run; three turns are not counted.
    private static func measured(
        _ model: Model, _ other: Model, side: Int, turns: Int, device: Device
    ) throws -> [(own: Double, other: Double)] {
        let (a, b) = (
            try runner(model, batch: 1, side: side, device: device),
            try runner(other, batch: 1, side: side, device: device)
        )
        let times = try (0..<(max(1, turns) + 3)).map { _ in
            let (own, its) = (try a(), try b())
            return (own: min(own, try a()), other: min(its, try b()))
        }
        return Array(times.dropFirst(3))
    }

    /// A forward pass of zeros with frozen weights, in seconds.
    package static func runner(
        _ model: Model, batch: Int, side: Int, device: Device
    ) throws -> () throws -> Double {
        let network = try Executor(frozen: model.with(model.state.placed(on: device)))
        let x = try Tensor.zeros([batch, 3, side, side]).to(device: device)
        let clock = ContinuousClock()
        return {
            let time = try clock.measure {
                _ = try noGrad { try network.forward(x, training: false) }
                try Runtime.synchronize(device)
            }
            return time / .seconds(1)
        }
    }

    private static func middle(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }
}
