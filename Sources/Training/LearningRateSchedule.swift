import Foundation

/// How the learning rate changes from epoch to epoch.
package enum LearningRateSchedule: Codable, Sendable, Hashable {
    case constant
    /// Multiplied by `gamma` every `every` epochs (torch.optim.lr_scheduler.StepLR).
    case step(every: Int, gamma: Double)
    /// From the full rate to zero along half a cosine (CosineAnnealingLR with T_max = epochs).
    case cosine

    /// The rate's factor in `epoch` (from 0) of `epochs`.
    package func factor(epoch: Int, of epochs: Int) -> Double {
        switch self {
        case .constant: 1
        case .step(let every, let gamma): pow(gamma, Double(epoch / max(1, every)))
        case .cosine: (1 + cos(Double.pi * Double(epoch) / Double(max(1, epochs)))) / 2
        }
    }

    /// Name and one-line summary of each, for help and documents.
    package static let all: [(name: String, summary: String, schedule: LearningRateSchedule)] = [
        ("constant", "the same rate throughout", .constant),
        ("step", "a tenth of the rate after every 7 epochs", .step(every: 7, gamma: 0.1)),
        ("cosine", "down to zero along half a cosine", .cosine),
    ]
}
