import Models
import Torch

/// What a budget counts, and the search for the smallest amount that keeps it.
struct NetworkBudget {
    let model: Model
    private let budget: Budget
    private let size: (height: Int, width: Int)
    private let whole: Double

    /// Halvings: amounts to one part in 16384.
    private static let steps = 14

    init(_ budget: Budget, _ context: PruningContext) throws {
        guard let model = context.model else {
            throw PruningError("a budget needs a whole network, not its tensors alone")
        }
        let shape = model.graph.input.shape ?? []
        guard shape.count == 4, let height = shape[2], let width = shape[3] else {
            throw PruningError(
                "a budget needs the size of the pictures, which the network leaves open")
        }
        (self.budget, self.model) = (budget, model)
        size = (height, width)
        let cost = try NetworkCost(model, height: height, width: width)
        switch budget.measure {
        case .parameters: whole = Double(cost.parameters)
        case .macs: whole = Double(cost.macs)
        case .bytes, .latency:
            whole = Double(try GraphCost(model.graph, height: height, width: width).bytes)
        }
    }

    /// What is left of a network that something was taken out of: zeros are free where a mask removes, what
    /// is left counts in full where it is cut.
    func left(_ model: Model, _ removal: Removal) throws -> Double {
        let cost = try NetworkCost(model, height: size.height, width: size.width)
        let isFree = removal == .mask
        switch budget.measure {
        case .parameters:
            return Double(isFree ? cost.nonzeroParameters : cost.parameters) / whole
        case .macs: return Double(isFree ? cost.nonzeroMACs : cost.macs) / whole
        case .bytes, .latency:
            try checkCuts(removal)
            return try left(model.graph)
        }
    }

    private func checkCuts(_ removal: Removal) throws {
        guard removal != .mask else {
            throw PruningError(
                "budget \(budget.measure.rawValue): zeros take as much room and time as other "
                    + "numbers; choose a `removal` that cuts (channels)")
        }
    }

    /// The same from a cut network's widths alone.
    func left(_ graph: Graph) throws -> Double {
        let cost = try GraphCost(graph, height: size.height, width: size.width)
        return switch budget.measure {
        case .parameters: Double(cost.parameters) / whole
        case .macs: Double(cost.macs) / whole
        case .bytes, .latency: Double(cost.bytes) / whole
        }
    }

    /// The smallest amount that keeps the budget, by halving: what is left never grows with the amount.
    ///
    /// - Parameters:
    ///   - words: of the technique, for messages.
    ///   - removal: how what goes is taken out.
    ///   - made: the network that an amount leaves.
    /// - Throws: `PruningError` when even the most that can go is not enough, or for bytes and time of a mask.
    func search(
        _ words: String, _ removal: Removal, made: (Double) throws -> Model
    ) throws -> Double {
        if budget.measure == .latency {
            try checkCuts(removal)
            return try LatencySearch(model, budget.fraction).amount(words, cut: made)
        }
        return try bounds(words) { try left(made($0), removal) }.keeps
    }

    /// The same from what an amount leaves, of 1, and the largest amount that was found not to keep the budget.
    func bounds(
        _ words: String, left: (Double) throws -> Double
    ) throws -> (keeps: Double, exceeds: Double) {
        let least = try left(1)
        guard least <= budget.fraction else {
            throw PruningError(
                "\(budget.measure.rawValue) cannot be brought to \(percent(budget.fraction)): "
                    + "\(percent(least)) is left when '\(words)' takes all that it can")
        }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<Self.steps {
            let middle = (low + high) / 2
            if try left(middle) <= budget.fraction { high = middle } else { low = middle }
        }
        return (high, low)
    }

    /// Whether what is left keeps the budget.
    func isKept(_ left: Double) -> Bool { left <= budget.fraction }

    private func percent(_ fraction: Double) -> String {
        "\((fraction * 1000).rounded() / 10)%"
    }
}
