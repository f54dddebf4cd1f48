import Models
import Torch

/// Takes channels out of every layer that shares them: chooses, merges, cuts and repairs.
struct ChannelRemoval {
    private let technique: Technique
    private let context: PruningContext
    private let model: Model
    private let groups: ChannelGroups
    private let shared: [SharedChannels]

    /// - Throws: `PruningError` where only tensors are known or no layer shares channels that may go.
    init(_ technique: Technique, _ context: PruningContext) throws {
        guard let model = context.model else {
            throw PruningError("channels are those of a whole network, not of tensors alone")
        }
        (self.technique, self.context, self.model) = (technique, context, model)
        (groups, shared) = try context.sharedChannels()
        guard !shared.isEmpty else {
            throw PruningError(
                "no channels of this network can be cut: each meets its output or input")
        }
    }

    /// What goes: masks of the filters, batch norms and biases in the widths before, and the channels.
    func choice() throws -> Choice {
        let scores = try context.channelScores(technique.criterion, seed: technique.seed ?? 0)
        guard scores.contains(where: { $0 != nil }) else {
            throw PruningError(
                "criterion '\(technique.criterion.name)' says nothing of this network's layers "
                    + "(batch-norm-scale needs batch norms)")
        }
        let chooser = FilterChoice(scores)
        switch technique.selection {
        case .amount(let amount): return try choice(some(chooser, amount))
        case .angle(let bound):
            guard technique.criterion.hasAngles else {
                throw PruningError("criterion '\(technique.criterion.name)' knows no angles")
            }
            return try choice(chooser.under(bound))
        case .budget(let budget): return try choice(within(budget, chooser))
        case .reaching, .pattern, .matched, .largestShare:
            throw PruningError(
                "removal \(technique.removal.rawValue) takes an amount, an angle or a budget")
        }
    }

    private func some(_ chooser: FilterChoice, _ amount: Double) throws -> FilterChoice.Choice {
        if technique.scope == .layer { return chooser.layered(amount) }
        // Of channels the number is the shape: layers inside a residual block and its trunk differ otherwise.
        let sets = Technique.sets(technique.scope, shared.map { [$0.count] })
        return try chooser.together(amount, sets)
    }

    private func within(_ budget: Budget, _ chooser: FilterChoice) throws -> FilterChoice.Choice {
        let cost = try NetworkBudget(budget, context)
        func left(_ amount: Double) throws -> Double {
            try cost.left(groups.cutGraph(removing: selection(some(chooser, amount).order)))
        }
        guard budget.measure == .latency else {
            let (keeps, exceeds) = try cost.bounds(technique.words, left: left)
            return try filled(some(chooser, keeps), upTo: some(chooser, exceeds)) { order in
                cost.isKept(try cost.left(groups.cutGraph(removing: selection(order))))
            }
        }
        let search = try LatencySearch(model, budget.fraction)
        return try some(
            chooser,
            search.amount(technique.words) { amount in
                try groups.cut(model, removing: selection(some(chooser, amount).order))
            })
    }

    /// Widths fall in steps, many groups' at the same amount: those that may stay a step wider do, in the
    /// network's order, so that as little goes as the budget lets.
    ///
    /// - Parameters:
    ///   - choice: what keeps the budget; each group of `wider` loses as many or fewer.
    ///   - isKept: whether so much gone keeps it.
    private func filled(
        _ choice: FilterChoice.Choice, upTo wider: FilterChoice.Choice,
        isKept: ([[Int]]) throws -> Bool
    ) throws -> FilterChoice.Choice {
        var order = choice.order
        for place in order.indices where order[place].count != wider.order[place].count {
            let narrow = order[place]
            order[place] = wider.order[place]
            if try !isKept(order) { order[place] = narrow }
        }
        return FilterChoice.Choice(order, last: choice.last)
    }

    /// What the cut takes: rounded, and never all channels of a group.
    ///
    /// - Parameter removed: of each group, those that go first in front.
    private func selection(_ removed: [[Int]]) throws -> Cut.Selection {
        var selection: Cut.Selection = [:]
        for (place, channels) in removed.enumerated() where !channels.isEmpty {
            let group = shared[place].group
            let left = groups.groups[group].left(
                after: channels.count, multiple: multiple(shared[place].count))
            selection[group] = Set(channels.prefix(shared[place].count - left))
        }
        return selection
    }

    /// Widths of a group are multiples of this: of less in narrow groups, where a step would be too long.
    private func multiple(_ channels: Int) -> Int {
        min(technique.roundTo ?? Technique.usualMultiple, max(1, channels / 4))
    }

    private func choice(_ found: FilterChoice.Choice) throws -> Choice {
        let selection = try selection(found.order)
        var channels: [String: [Int]] = [:]
        for one in shared {
            if let gone = selection[one.group], !gone.isEmpty { channels[one.name] = gone.sorted() }
        }
        return Choice(
            masks: try masks(selection),
            angle: technique.criterion.hasAngles ? found.last : nil, channels: channels)
    }

    /// Of every layer that gives channels, and of the batch norms and biases with them.
    private func masks(_ selection: Cut.Selection) throws -> Masks {
        let readers = Set(try groups.readers().map { Side(parameter: $0.weight, dim: $0.inner) })
        var gone: [String: [Int: Set<Int>]] = [:]
        for (group, channels) in selection {
            for slice in channels.flatMap({ groups.groups[group].channels[$0] })
            where !readers.contains(Side(parameter: slice.parameter, dim: slice.dim)) {
                gone[slice.parameter, default: [:]][slice.dim, default: []].formUnion(slice.entries)
            }
        }
        let names = model.graph.parameters.filter {
            $0.role == .trained && (context.layers.contains($0.name) || gone[$0.name] != nil)
        }
        let masks = try Masks(
            names.map { parameter in
                var bytes = Self.bytes(parameter.shape, gone[parameter.name] ?? [:])
                if context.layers.contains(parameter.name) {
                    // What is zero already stays so.
                    let values = try context.weights(parameter.name).values
                    for index in bytes.indices where values[index] == 0 { bytes[index] = 0 }
                }
                return try LayerMask(name: parameter.name, shape: parameter.shape, bytes: bytes)
            })
        return try context.existing.map(masks.intersection) ?? masks
    }

    private struct Side: Hashable {
        let parameter: String
        let dim: Int
    }

    private static func bytes(_ shape: [Int], _ gone: [Int: Set<Int>]) -> [UInt8] {
        var bytes = [UInt8](repeating: 1, count: shape.reduce(1, *))
        guard !bytes.isEmpty else { return bytes }
        for (dim, entries) in gone {
            let inner = shape[(dim + 1)...].reduce(1, *)
            for start in stride(from: 0, to: bytes.count, by: inner * shape[dim]) {
                for entry in entries {
                    let run = start + entry * inner
                    for place in run..<(run + inner) { bytes[place] = 0 }
                }
            }
        }
        return bytes
    }

    /// The smaller network: merged, cut, repaired.
    ///
    /// - Parameter channels: of each group, by its first parameter, those that go.
    func removed(_ channels: [String: [Int]]) throws -> Model {
        var selection: Cut.Selection = [:]
        for one in shared {
            if let gone = channels[one.name] { selection[one.group] = Set(gone) }
        }
        let merging = try Merging(technique.removal, model, groups, shared, selection)
        let averaged = try merging.averaged()
        let small = try groups.cut(merging.added(averaged), removing: selection)
        guard !technique.repair.steps.isEmpty, !selection.isEmpty else { return small }
        let pass = try RepairPass(
            whole: averaged, small: small, groups, selection, context.calibrated(),
            technique.repair.steps)
        try pass.run()
        try small.pruningMasks()?.apply(to: small.state)
        if technique.repair.steps.contains(.batchNorm) {
            try small.estimateBatchNorms { body in
                try context.forEachPicture { batch, _ in try body(batch) }
            }
        }
        return small
    }
}
