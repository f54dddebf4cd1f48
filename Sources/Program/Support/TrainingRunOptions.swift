import ArgumentParser
import Core
import Training

/// The settings of one training run, with the usual recipe for fine-tuning as defaults.
struct TrainingRunOptions: ParsableArguments {
    @Option(help: "Passes over the training pictures.")
    var epochs = 25
    @Option(help: "Pictures a step.")
    var batchSize = 8
    @Option(help: "Learning rate at the start.")
    var learningRate = 0.001
    @Option(help: "Momentum of SGD (default: 0.9).")
    var momentum: Double?
    @Option(help: "Weight decay.")
    var weightDecay = 0.0
    @Flag(help: "Nesterov's momentum.")
    var nesterov = false
    @Option(help: "sgd or adam.")
    var optimizer = "sgd"
    @Option(help: "How the rate falls: step, cosine or constant.")
    var schedule = "step"
    @Option(help: "float32, or mixed: bfloat16 for forward pass and loss, where that is faster.")
    var precision = "float32"
    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 0
    @OptionGroup var machine: MachineOptions

    /// The settings as the library takes them.
    func options() throws -> TrainingOptions {
        guard
            let schedule = LearningRateSchedule.all.first(where: { $0.name == schedule })?.schedule
        else {
            throw ValidationError(
                NearestName.refusal(
                    of: schedule, "schedule", among: LearningRateSchedule.all.map(\.name)))
        }
        let options = TrainingOptions(
            epochs: epochs, batchSize: batchSize, learningRate: learningRate,
            optimizer: try kind(), schedule: schedule, seed: seed, precision: try .chosen(precision)
        )
        try options.check()
        return options
    }

    private func kind() throws -> OptimizerKind {
        guard weightDecay >= 0, weightDecay.isFinite else {
            throw ValidationError("--weight-decay must be 0 or more, got \(weightDecay)")
        }
        if let momentum, !(0..<1).contains(momentum) {
            throw ValidationError("--momentum must be from 0 to below 1, got \(momentum)")
        }
        switch optimizer {
        case "sgd":
            return .sgd(momentum: momentum ?? 0.9, weightDecay: weightDecay, nesterov: nesterov)
        case "adam":
            guard momentum == nil, !nesterov else {
                throw ValidationError("adam takes neither --momentum nor --nesterov")
            }
            return .adam(beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: weightDecay)
        default:
            throw ValidationError(
                NearestName.refusal(of: optimizer, "optimizer", among: ["sgd", "adam"]))
        }
    }
}

/// What becomes of an unfinished run that this one cannot go on from.
struct RestartOption: ParsableArguments {
    @Flag(
        help: "Remove the finished epochs of an unfinished run into the same file, and begin anew.")
    var restart = false
}

extension Precision {
    /// nil for float32: a run that says so is the run that says nothing.
    static func chosen(_ name: String) throws -> Precision? {
        guard let chosen = Precision(rawValue: name) else {
            throw ValidationError(
                NearestName.refusal(
                    of: name, "precision", among: Precision.allCases.map(\.rawValue)))
        }
        return chosen == .float32 ? nil : chosen
    }
}
