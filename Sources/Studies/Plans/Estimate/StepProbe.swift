import Torch
import Training

/// A training step of a study's network, timed before anything else is known.
package struct StepProbe: Sendable {
    /// A thread's seconds for one picture's forward pass through ResNet-18, taking a training step to be
    /// three of them.
    let secondsOfPass: Double

    /// Times a step of the study, at its size.
    ///
    /// - Parameter threads: of a worker.
    package init(_ study: Study, threads: Int, device: Device = .cpu) throws {
        let before = Runtime.threads
        Runtime.threads = max(1, threads)
        defer { Runtime.threads = before }
        let seconds = try StepTimer.seconds(
            study.architecture, study.training, size: study.size, device: device)
        let passes = Double(study.training.batchSize * StageLoad.passesOfStep)
        secondsOfPass =
            seconds * Double(max(1, threads)) / passes / StageLoad.weight(study.architecture)
    }

    /// A step that took this long.
    init(secondsOfPass: Double) { self.secondsOfPass = secondsOfPass }
}
