import Torch

/// What one step left: its mean (or summed) loss, and the class that it gave to each picture, [n].
struct StepOutcome {
    let loss: Tensor
    let answers: Tensor
}

/// What steps left on their device, to be read in one go.
struct UnreadSteps {
    private var outcomes: [StepOutcome] = []

    var count: Int { outcomes.count }

    mutating func add(_ outcome: StepOutcome) { outcomes.append(outcome) }

    /// Waits for the device and forgets what was read.
    mutating func read() throws -> [(loss: Double, answers: [Int])] {
        defer { outcomes = [] }
        guard !outcomes.isEmpty else { return [] }
        let losses: [Float] = try Tensor.cat(outcomes.map { try $0.loss.reshaped([1]) }).values()
        let answers: [Int64] = try Tensor.cat(outcomes.map(\.answers)).values()
        var start = 0
        return zip(outcomes, losses).map { outcome, loss in
            defer { start += outcome.answers.count }
            return (Double(loss), answers[start..<start + outcome.answers.count].map(Int.init))
        }
    }
}
