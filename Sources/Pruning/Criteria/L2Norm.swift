extension Criterion {
    /// Euclidean length of a filter.
    package static let l2Norm = Criterion(
        name: "l2-norm", summary: "filters whose weights are small: Euclidean length",
        source: "Li et al. 2017, section 3.1; He et al. 2018 (soft filter pruning)",
        element: .filters
    ) { layer, _, _ in
        .filters(
            layer.forEachFilter {
                $0.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            })
    }
}
