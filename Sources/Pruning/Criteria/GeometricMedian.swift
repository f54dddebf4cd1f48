extension Criterion {
    /// Sum of the distances to the layer's other filters: the nearer the geometric median, the more replaceable.
    package static let geometricMedian = Criterion(
        name: "fpgm", summary: "filters nearest to the geometric median of their layer",
        source: "He et al. 2019, Filter pruning via geometric median, eq. 4", element: .filters
    ) { layer, _, _ in
        let count = layer.shape.first ?? 0
        let products = try layer.filterProducts()
        let zeros = Set(layer.zeroFilters)
        return .filters(
            (0..<count).map { i in
                if zeros.contains(i) { return nil }
                return (0..<count).filter { !zeros.contains($0) && $0 != i }.reduce(0) { sum, j in
                    let square =
                        products[i * count + i] + products[j * count + j]
                        - 2 * products[i * count + j]
                    return sum + max(0, square).squareRoot()
                }
            })
    }
}
