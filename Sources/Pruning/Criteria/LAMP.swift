extension Criterion {
    /// w^2 over the sum of the squares that are not smaller, within the layer: made for the global scope.
    package static let lamp = Criterion(
        name: "lamp", summary: "weights small beside what is left of their layer; for scope global",
        source: "Lee et al. 2021, Layer-adaptive sparsity for magnitude-based pruning, eq. 4",
        element: .weights
    ) { layer, _, _ in
        let order = layer.values.indices.sorted {
            (layer.values[$0].magnitude, $0) > (layer.values[$1].magnitude, $1)
        }
        var scores = [Float](repeating: 0, count: order.count)
        var (sum, place) = (0.0, 0)
        while place < order.count {
            // Equal weights have equal scores.
            let size = layer.values[order[place]].magnitude
            var end = place
            while end < order.count, layer.values[order[end]].magnitude == size { end += 1 }
            let square = Double(size) * Double(size)
            sum += square * Double(end - place)
            for index in order[place..<end] { scores[index] = sum > 0 ? Float(square / sum) : 0 }
            place = end
        }
        return .weights(scores)
    }
}
