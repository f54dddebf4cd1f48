import Models

/// Finds the smallest amount with which a network keeps a budget: by halving, since what is left never grows
/// with the amount.
struct BudgetSearch {
    private let technique: Technique
    private let budget: Budget
    private let model: Model
    private let size: (height: Int, width: Int)

    /// Halvings: amounts to one part in 16384.
    private static let steps = 14

    init(_ technique: Technique, _ budget: Budget, _ context: PruningContext) throws {
        guard let model = context.model else {
            throw PruningError("a budget needs a whole network, not its tensors alone")
        }
        let shape = model.graph.input.shape ?? []
        guard shape.count == 4, let height = shape[2], let width = shape[3] else {
            throw PruningError(
                "a budget needs the size of the pictures, which the network leaves open")
        }
        (self.technique, self.budget, self.model) = (technique, budget, model)
        size = (height, width)
    }

    /// - Throws: `PruningError` when even the most that can go is not enough.
    func choice(_ choose: (Double) throws -> Choice) throws -> Choice {
        let whole = try cost(model, isMasked: false)
        let limit = budget.fraction * whole
        func left(_ choice: Choice) throws -> Double {
            try cost(technique.applied(choice.masks, to: model), isMasked: true)
        }
        var best = try choose(1)
        let least = try left(best)
        guard least <= limit else {
            throw PruningError(
                "\(budget.measure.rawValue) cannot be brought to \(percent(budget.fraction)): "
                    + "\(percent(least / whole)) is left when '\(technique.criterion.name)' takes all "
                    + "that it can (removal: \(technique.removal.rawValue))")
        }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<Self.steps {
            let middle = (low + high) / 2
            let choice = try choose(middle)
            if try left(choice) <= limit {
                (high, best) = (middle, choice)
            } else {
                low = middle
            }
        }
        return best
    }

    /// What a network costs: zeros are free where a mask removes, what is left counts in full where it is cut.
    private func cost(_ model: Model, isMasked: Bool) throws -> Double {
        let cost = try NetworkCost(model, height: size.height, width: size.width)
        let isFree = isMasked && technique.removal == .mask
        return switch budget.measure {
        case .parameters: Double(isFree ? cost.nonzeroParameters : cost.parameters)
        case .macs: Double(isFree ? cost.nonzeroMACs : cost.macs)
        }
    }

    private func percent(_ fraction: Double) -> String {
        "\((fraction * 1000).rounded() / 10)%"
    }
}
