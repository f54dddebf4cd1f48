import Training

extension TrainingOptions {
    /// How a network is trained: `SGD 0.001 with momentum 0.9, down tenfold every 7 epochs`.
    var words: String {
        var words: String
        switch optimizer {
        case .sgd(let momentum, let decay, let nesterov):
            words = "SGD \(learningRate)"
            if momentum > 0 { words += " with momentum \(momentum)" }
            if nesterov { words += " (Nesterov's)" }
            if decay > 0 { words += ", weight decay \(decay)" }
        case .adam(_, _, _, let decay):
            words = "Adam \(learningRate)" + (decay > 0 ? ", weight decay \(decay)" : "")
        }
        switch schedule {
        case .step(let every, let gamma):
            let fall = gamma == 0.1 ? "down tenfold" : "times \(gamma)"
            words += ", \(fall) every \(every) epochs"
        case .cosine: words += ", cosine schedule"
        case .constant: break
        }
        if precision == .mixed { words += ", mixed precision (bfloat16)" }
        return words
    }
}
