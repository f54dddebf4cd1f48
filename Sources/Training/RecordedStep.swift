import Datasets
import Torch

/// A training step as a CUDA graph: pictures, forward and backward pass, masks and the optimiser are asked for once, and
/// then replayed with one call a step. A small network's step takes longer to ask for than to do.
///
/// What changes from step to step lies in tensors that the graph reads: the rows of the samples, the rate, Adam's count,
/// the generator's place. The first steps run as ever, so that libraries have set themselves up when the next is
/// recorded; so does a batch of another size, the last of an epoch.
final class RecordedStep {
    /// Steps before the recording.
    static let warmUps = 3

    private let graph: StepGraph
    private let generator: Generator?
    /// What the graph reads.
    private let rows: Tensor
    private let rate: Tensor
    private var rateNow = Double.nan
    private let work: (_ rows: Tensor, _ rate: Tensor) throws -> StepOutcome
    private var done = 0

    /// - Parameters:
    ///   - first: the rows of a batch of the usual size.
    ///   - generator: what the network draws from: the same one in every step.
    ///   - work: the step of some rows at a rate, which is a tensor.
    init(
        _ first: Tensor, device: Device, generator: Generator?,
        _ work: @escaping (_ rows: Tensor, _ rate: Tensor) throws -> StepOutcome
    ) throws {
        graph = try StepGraph(device)
        rows = try first.clone()
        rate = try .zeros([], device: device)
        (self.generator, self.work) = (generator, work)
    }

    /// Takes one step.
    ///
    /// - Returns: tensors of this step alone.
    func run(_ given: Tensor, rate wanted: Double) throws -> StepOutcome {
        if wanted != rateNow { try rate.fill_(wanted) }
        rateNow = wanted
        guard given.shape == rows.shape else { return try work(given, rate) }
        try rows.copy_(given)
        if done < Self.warmUps {
            done += 1
            return try work(rows, rate)
        }
        if !graph.isRecorded {
            try graph.record(generator) { [work, rows, rate] in
                let outcome = try work(rows, rate)
                return [outcome.loss, outcome.answers]
            }
        }
        let outputs = try graph.replay()
        return StepOutcome(loss: try outputs[0].clone(), answers: try outputs[1].clone())
    }
}
