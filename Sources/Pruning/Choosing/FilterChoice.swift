/// Chooses whole filters of convolutions.
final class FilterChoice {
    /// A convolution's filters in the order in which they go.
    private struct Order {
        /// Filters that take part; one of them always stays.
        let candidates: Int
        /// nil where no order holds for every number.
        let order: [(filter: Int, score: Double)]?
        private var sets: ((Int) -> [Int])?

        /// The first so many that go.
        func first(_ count: Int) -> [(filter: Int, score: Double)] {
            if let order { return Array(order.prefix(count)) }
            let count = min(count, candidates - 1)
            return count > 0 ? (sets?(count) ?? []).map { ($0, 0) } : []
        }

        init(_ scores: Scores) {
            switch scores {
            case .angles(let angles):
                candidates = angles.compared.count
                order = angles.merged().map { ($0.filter, $0.angle) }
            case .sets(let count, let choose):
                (candidates, order, sets) = (count, nil, choose)
            case .filters(let numbers):
                let known = numbers.enumerated().compactMap { place, score in
                    score.map { (filter: place, score: $0) }
                }
                candidates = known.count
                order = Array(
                    known.sorted { ($0.score, $0.filter) < ($1.score, $1.filter) }.dropLast())
            case .weights, .chance: (candidates, order) = (0, [])
            }
        }
    }

    /// What goes: filters of each layer, ascending, and the largest score at which one does (degrees, where
    /// angles decide).
    struct Choice {
        let filters: [[Int]]
        let last: Double?
        /// The same, those that go first in front.
        let order: [[Int]]

        init(_ order: [[Int]], last: Double?) {
            (filters, self.last, self.order) = (order.map { $0.sorted() }, last, order)
        }
    }

    private let scores: [Scores?]
    private lazy var orders = scores.map { $0.map(Order.init) }

    /// - Parameter scores: of each layer; nil for those without filters, which stay whole.
    init(_ scores: [Scores?]) { self.scores = scores }

    /// A fraction of each convolution's filters.
    func layered(_ amount: Double) -> Choice {
        choice(
            orders.map { order in
                guard let order else { return [] }
                return order.first(PruningAmount.count(amount, of: order.candidates))
            })
    }

    /// A fraction of the filters of each set of layers together.
    func together(_ amount: Double, _ sets: [[Int]]) throws -> Choice {
        var taken = orders.map { _ in [(filter: Int, score: Double)]() }
        for layers in sets {
            let total = layers.reduce(0) { $0 + (orders[$1]?.candidates ?? 0) }
            let all = try layers.flatMap { layer in
                try order(layer).enumerated().map {
                    (score: $1.score, layer: layer, place: $0, filter: $1.filter)
                }
            }.sorted { ($0.score, $0.layer, $0.place) < ($1.score, $1.layer, $1.place) }
            for one in all.prefix(PruningAmount.count(amount, of: total)) {
                taken[one.layer].append((one.filter, one.score))
            }
        }
        return choice(taken)
    }

    private func order(_ layer: Int) throws -> [(filter: Int, score: Double)] {
        guard let own = orders[layer] else { return [] }
        guard let order = own.order else {
            throw PruningError(
                "clusters of different layers cannot be compared: leave `scope` global out")
        }
        return order
    }

    /// The later of every two filters closer than `bound` degrees.
    func under(_ bound: Double) throws -> Choice {
        Choice(angles.map { $0?.removed(under: bound) ?? [] }, last: bound)
    }

    /// The smallest whole angle at which some layer loses at least `share` of its filters; `most` when none
    /// does: beyond a right angle filters are not alike in any sense.
    func angle(reaching share: Double, most: Int = 90) -> Double {
        func largestShare(_ bound: Int) -> Double {
            angles.compactMap { $0 }.map {
                Double($0.removed(under: Double(bound)).count) / Double(max(1, $0.filters))
            }.max() ?? 0
        }
        var (low, high) = (1, most)
        while low < high {
            let middle = (low + high) / 2
            if largestShare(middle) >= share { high = middle } else { low = middle + 1 }
        }
        return Double(low)
    }

    /// The filters of the layer that loses the largest fraction of them.
    func sparsest(under bound: Double) -> Density {
        angles.compactMap { $0?.density(under: bound) }.filter { $0.total > 0 }
            .max { $0.pruned * $1.total < $1.pruned * $0.total } ?? Density(kept: 0, total: 0)
    }

    private var angles: [FilterAngles?] {
        scores.map { scores in
            if case .angles(let angles)? = scores { return angles }
            return nil
        }
    }

    private func choice(_ taken: [[(filter: Int, score: Double)]]) -> Choice {
        Choice(taken.map { $0.map(\.filter) }, last: taken.joined().map(\.score).max() ?? 0)
    }
}

extension FilterChoice.Choice {
    /// Masks of the convolutions, and of the scale and shift of the batch norm after each (or its bias): a
    /// batch norm's shift that survived its filter would still put out a constant.
    func masks(_ layers: [LayerWeights], _ context: PruningContext) throws -> [LayerMask] {
        try zip(layers, filters).flatMap { layer, removed in
            let own = try Self.mask(layer, removing: removed)
            return removed.isEmpty
                ? [own] : try [own] + Self.channelMasks(of: layer, removed, context)
        }
    }

    private static func mask(_ layer: LayerWeights, removing filters: [Int]) throws -> LayerMask {
        let size = layer.filterSize
        var bytes = layer.values.map { $0 != 0 ? 1 : 0 as UInt8 }
        for filter in filters {
            for index in (filter * size)..<((filter + 1) * size) { bytes[index] = 0 }
        }
        return try LayerMask(name: layer.name, shape: layer.shape, bytes: bytes)
    }

    private static func channelMasks(
        of layer: LayerWeights, _ removed: [Int], _ context: PruningContext
    ) throws -> [LayerMask] {
        guard let channels = context.channels[layer.name] else {
            throw PruningError(
                "'\(layer.name)' loses whole filters, but it is not known which batch norm or bias "
                    + "goes with it: it is no convolution of the network")
        }
        var bytes = [UInt8](repeating: 1, count: layer.shape[0])
        for filter in removed { bytes[filter] = 0 }
        return try channels.map { name in
            let mask = try LayerMask(name: name, shape: [bytes.count], bytes: bytes)
            _ = try mask.weight(in: context.state)
            return mask
        }
    }
}
