import ArgumentParser
import Torch
import Training

/// Whether training steps are recorded as CUDA graphs, of the commands that train.
struct GraphOption: ParsableArguments {
    @Flag(
        help: """
            Record a training step as a CUDA graph and replay it, which pays where a step is short: for \
            an NVIDIA GPU alone, and not yet run on one (docs/speed.md).
            """)
    var cudaGraph = false

    /// How trainings use the device; nil for as usual.
    ///
    /// - Parameter isShared: whether several processes train one network.
    func use(of device: Device, isShared: Bool = false) throws -> DeviceUse? {
        guard cudaGraph else { return nil }
        guard case .cuda = device else {
            throw ValidationError(
                "--cuda-graph records steps on an NVIDIA GPU, and this is for \(device): give --device cuda, or "
                    + "leave it out")
        }
        if isShared {
            throw ValidationError(
                "--cuda-graph records the steps of one process alone: leave it or --distributed out"
            )
        }
        return DeviceUse(device, recordsSteps: true)
    }
}
