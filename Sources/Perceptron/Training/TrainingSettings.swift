/// The rule that turns a gradient into a step, with PyTorch's meanings and defaults.
package enum Optimizer: Sendable, Hashable, Codable {
    /// v = momentum v + g; w -= rate v (`torch.optim.SGD`).
    case sgd(rate: Double, momentum: Double = 0)
    /// w -= rate m^ / (sqrt(v^) + epsilon) (Kingma & Ba 2015, algorithm 1; `torch.optim.Adam`).
    case adam(rate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)

    /// `SGD`, `SGD with momentum 0.9` or `Adam`.
    package var name: String {
        switch self {
        case .sgd(_, 0): "SGD"
        case .sgd(_, let momentum): "SGD with momentum \(momentum)"
        case .adam: "Adam"
        }
    }
}

/// How long and by what rule a net is trained; the paper's section 2.3 is batch 1, 1200 epochs.
package struct TrainingSettings: Sendable, Hashable, Codable {
    package var optimizer: Optimizer
    /// Rows to one step; the loss is their mean.
    package var batchSize: Int
    /// Passes over the training rows, each in a fresh random order; the last batch may be short.
    package var epochs: Int

    package init(optimizer: Optimizer, batchSize: Int = 1, epochs: Int) {
        self.optimizer = optimizer
        self.batchSize = batchSize
        self.epochs = epochs
    }
}

/// One net to train, the rows it may see, and the seed of their order.
package struct TrainingJob: Sendable {
    package var net: Perceptron
    package var examples: Examples
    /// Indices into `examples`.
    package var trainingRows: [Int]
    package var seed: UInt64
    /// Hidden units that exist; the others stay dead. `nil`: all.
    package var aliveUnits: [Bool]?
    /// Whether the rows are shuffled each epoch, or kept in the order given.
    package var shuffles = true

    package init(
        net: Perceptron, examples: Examples, trainingRows: [Int], seed: UInt64,
        aliveUnits: [Bool]? = nil, shuffles: Bool = true
    ) {
        self.net = net
        self.examples = examples
        self.trainingRows = trainingRows
        self.seed = seed
        self.aliveUnits = aliveUnits
        self.shuffles = shuffles
    }

    /// Throws where the job's parts do not fit one another, before any of it reaches a pointer.
    func check(_ settings: TrainingSettings) throws {
        let shape = net.shape
        guard shape.inputs == examples.inputs, shape.outputs >= examples.classes else {
            throw PerceptronError(
                "a \(shape) net cannot learn rows of \(examples.inputs) numbers in "
                    + "\(examples.classes) classes")
        }
        guard shape.hidden > 0, aliveUnits?.count ?? shape.hidden == shape.hidden else {
            throw PerceptronError("a \(shape) net with \(aliveUnits?.count ?? 0) units marked")
        }
        guard !trainingRows.isEmpty, trainingRows.allSatisfy((0..<examples.count).contains) else {
            throw PerceptronError(
                "training rows must be some of the \(examples.count) rows, and at least one")
        }
        guard settings.batchSize > 0, settings.epochs >= 0 else {
            throw PerceptronError(
                "batch \(settings.batchSize) and \(settings.epochs) epochs: need at least 1 and 0")
        }
    }
}
